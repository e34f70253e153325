"""What is asked about people and their posts."""

import re
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from mediation.models import Studio
from orgs.models import SocialOrganization
from xiangshan.core.accounts.mfa import is_good_password
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.names import login_name, user_named
from xiangshan.core.areas.models import Area, within
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices

AT_ONCE = 200
PHONE = re.compile(r"^1[0-9]{10}$")
# As people write it: 138 0000 0000, +86 138-0000-0000; what stands before is the name, what follows the address.
IN_A_LINE = re.compile(r"(?:\+?86[\s-]*)?(?<![0-9])1[0-9]{2}[\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9])")
BETWEEN = "、\t,; \u3000\uff0c\uff1b"


class PersonFilterForm(FilterForm):
    q = forms.CharField(label="姓名、用户名或手机号", required=False)
    role = forms.ChoiceField(label="任职", choices=choices(Role.choices), required=False)
    state = forms.ChoiceField(label="状态", choices=choices([("active", "在用"), ("off", "停用")]), required=False)


class PostForm(PortalForm):
    """A role, and over what: only the one that the role asks for counts."""

    role = forms.ChoiceField(label="角色", choices=Role.choices)
    area = AreaChoice(label="县或镇街", required=False, help_text="县级角色选县，镇街角色选镇街")
    organization = forms.ModelChoiceField(
        SocialOrganization.objects.none(), label="社会组织", required=False, help_text="社会组织负责人填"
    )
    studio = forms.ModelChoiceField(Studio.objects.none(), label="调处工作室", required=False, help_text="调解员填")
    starts_on = forms.DateField(label="任职起")
    ends_on = forms.DateField(label="任职止", required=False, help_text="留空为长期")
    reason = forms.CharField(label="理由", max_length=200, required=False, help_text="要另一人确认的角色，写明为什么")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = user.scope(Role.ADMINISTRATOR)
        counties = {area.pk for area in Area.objects.counties()} if 0 in over else over
        areas = Area.objects.around(counties).filter(level__in=(Area.Level.COUNTY, Area.Level.TOWN))
        self.fields["area"].queryset = areas
        self.fields["organization"].queryset = SocialOrganization.objects.filter(within(counties)).order_by("name")
        self.fields["studio"].queryset = Studio.objects.filter(within(counties)).order_by("name")
        self.fields["starts_on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind = Role(data["role"]).scope_kind if data.get("role") else "area"
        name = kind if kind in ("organization", "studio") else "area"
        data["scope"] = data.get(name)
        for other in ("area", "organization", "studio"):
            data.pop(other, None)
        if data["scope"] is None:
            self.add_error(name, "这个角色要选这一项")
        if data.get("ends_on") and data.get("starts_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "任职止不能早于任职起")
        return data


class InviteForm(PostForm):
    """Several at once: pasted from a spreadsheet, a line each."""

    people = forms.CharField(
        label="名单",
        max_length=20_000,
        widget=forms.Textarea,
        help_text="每行一人：姓名 手机号 邮箱（邮箱可不填），用空格、逗号或制表符隔开，可从表格里粘贴",
    )
    field_order = ("people", "role", "area", "organization", "studio", "starts_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["ends_on"], self.fields["reason"]
        self.fields["people"].widget.attrs["rows"] = 6

    def clean_people(self) -> list[dict[str, str]]:
        rows, wrong, seen = [], [], set()
        for n, line in enumerate(self.cleaned_data["people"].splitlines(), 1):
            if not line.strip():
                continue
            number = IN_A_LINE.search(line)
            phone = login_name(number[0]) if number else ""
            name, email = (
                (part.strip(BETWEEN) for part in (line[: number.start()], line[number.end() :])) if number else ("", "")
            )
            if not (name and PHONE.match(phone)):
                wrong.append(f"第 {n} 行“{line.strip()[:30]}”：要有姓名和 11 位手机号")
            elif phone in seen:
                wrong.append(f"第 {n} 行：{phone} 写了两次")
            elif email and not _is_email(email):
                wrong.append(f"第 {n} 行：{email} 不是邮箱")
            elif len(name) > 40:
                wrong.append(f"第 {n} 行：姓名太长")
            seen.add(phone)
            rows.append({"name": name, "phone": phone, "email": email})
        if wrong:
            raise ValidationError(wrong)
        if not rows:
            raise ValidationError("请填写至少一人")
        if len(rows) > AT_ONCE:
            raise ValidationError(f"一次最多 {AT_ONCE} 人")
        return rows


def _is_email(text: str) -> bool:
    try:
        forms.EmailField().clean(text)
    except ValidationError:
        return False
    return True


class AccountForm(PortalModelForm):
    class Meta:
        model = User
        fields = ["name", "username", "phone", "email"]

    def __init__(self, *args: Any, fixed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        if fixed:
            for name in ("username", "phone", "email"):
                self.fields[name].disabled = True
        self.fields["phone"].help_text = "可以用它登录"
        self.fields["username"].help_text = fixed or "登录时不分大小写"

    def clean_username(self) -> str:
        name = login_name(self.cleaned_data["username"])
        other = user_named(name)
        if other is not None and other.pk != self.instance.pk:
            raise ValidationError("已有这个用户名")
        return name

    def clean_phone(self) -> str | None:
        return self.cleaned_data["phone"] or None


class ContactForm(PortalForm):
    """One's own: the present password proves that it is oneself who changes where links are sent."""

    name = forms.CharField(label="姓名", max_length=40)
    phone = forms.CharField(label="手机号", max_length=20, required=False, help_text="可以用它登录")
    email = forms.EmailField(label="邮箱", required=False, help_text="忘记密码时，重设链接寄到这里")
    password = forms.CharField(label="现在的密码", widget=forms.PasswordInput({"autocomplete": "current-password"}))

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_phone(self) -> str | None:
        phone = login_name(self.cleaned_data["phone"])
        if phone and not PHONE.match(phone):
            raise ValidationError("手机号是 11 位数字")
        if phone and User.objects.filter(phone=phone).exclude(pk=self.request.user.pk).exists():
            raise ValidationError("这个手机号已是别人的账号")
        return phone or None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if "password" in data and not is_good_password(self.request, data.pop("password")):
            self.add_error("password", "密码不对")
        return data


class ForgottenForm(PortalForm):
    login = forms.CharField(
        label="用户名或手机号",
        max_length=150,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none"}),
    )


class NewPasswordForm(PortalForm):
    password1 = forms.CharField(label="新密码", widget=forms.PasswordInput({"autocomplete": "new-password"}))
    password2 = forms.CharField(label="再写一次", widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, second = data.pop("password1", ""), data.pop("password2", "")
        if first and second and first != second:
            self.add_error("password2", "两次写的不一样")
        elif first and second:
            try:
                validate_password(first, self.user)
            except ValidationError as error:
                self.add_error("password1", error)
            data["password"] = first
        return data
