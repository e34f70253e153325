from typing import Any

from django import forms
from django.forms import inlineformset_factory

from orgs.models import Employer, SocialOrganization, Venue
from projects.models import SupportProject
from services.models import ActivitySession, ContractLine, Department, Rehearsal, ServiceCategory, ServiceContract
from xiangshan.accounts.models import Role, User
from xiangshan.pages.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices

Evidence = ActivitySession.Evidence
Basis = ActivitySession.Basis


class ContractFilterForm(FilterForm):
    q = forms.CharField(label="名称、编号或组织", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(ServiceContract.Status.choices), required=False)
    year = forms.IntegerField(label="履行年度", required=False, min_value=2000, max_value=2100)
    department = forms.ModelChoiceField(Department.objects.all(), label="责任部门", required=False)
    area = AreaChoice(label="地区", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    contract = forms.IntegerField(label="合同", required=False)
    running_from = forms.DateField(label="履行期自", required=False)
    running_to = forms.DateField(label="履行期至", required=False)
    signed_from = forms.DateField(label="签订自", required=False)
    signed_to = forms.DateField(label="签订至", required=False)
    kept = ("organization", "contract", "running_from", "running_to", "signed_from", "signed_to")


class SessionFilterForm(FilterForm):
    STATUS = [
        ("", "不限"),
        ("pending", "待核实(含已举办、退回)"),
        ("due", "应报"),
        *ActivitySession.Status.choices[:-1],
    ]
    q = forms.CharField(label="主题", required=False)
    status = forms.ChoiceField(label="状态", choices=STATUS, required=False)
    category = forms.ModelChoiceField(ServiceCategory.objects.all(), label="类别", required=False)
    area = AreaChoice(label="地区", required=False)
    evidence = forms.ChoiceField(label="人数依据", choices=choices(Evidence.choices), required=False)
    basis = forms.ChoiceField(label="性质", choices=choices(Basis.choices), required=False)
    first = forms.DateField(label="举办自", required=False)
    last = forms.DateField(label="至", required=False)
    organization = forms.ModelChoiceField(SocialOrganization.objects.all(), label="社会组织", required=False)
    contract = forms.ModelChoiceField(ServiceContract.objects.all(), label="合同", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    kept = ("organization", "contract", "totals")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].queryset = SocialOrganization.objects.visible_to(user)
        self.fields["contract"].queryset = ServiceContract.objects.visible_to(user)


class ContractForm(PortalModelForm):
    class Meta:
        model = ServiceContract
        fields = [
            "title",
            "organization",
            "department",
            "starts_on",
            "ends_on",
            "amount",
            "target_workers",
            "satisfaction_floor",
            "least_answers",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = (
            SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        )


class LineForm(PortalModelForm):
    class Meta:
        model = ContractLine
        fields = ["category", "title", "quantity", "unit_price", "rehearsal_required"]


LineFormSet = inlineformset_factory(ServiceContract, ContractLine, form=LineForm, extra=2, can_delete=True, max_num=30)


def lines_of(formset: Any) -> list[dict[str, Any]]:
    """What the lines' forms say, as the action takes it; an untouched empty row says nothing."""
    found = []
    for form in formset.forms:
        data = dict(form.cleaned_data)
        line, taken_out = data.pop("id", None), data.pop("DELETE", False)
        data.pop("contract", None)
        if taken_out:
            found += [{"line": line, "quantity": None}] if line else []
        elif line or form.has_changed():
            found.append(data | ({"line": line} if line else {}))
    return found


class MoveForm(PortalForm):
    """To what a contract moves; signing asks the day, terminating the reason."""

    signed_on = forms.DateField(label="签订日期", required=False)
    reason = forms.CharField(label="原因", max_length=300, required=False, widget=forms.Textarea)


class LineChoice(forms.ModelChoiceField):
    def label_from_instance(self, line: Any) -> str:
        return f"{line.contract.title} · {line.title}"


class SessionForm(PortalModelForm):
    contract_line = LineChoice(
        ContractLine.objects.none(), label="合同明细", required=False, help_text="购买服务的活动请选择;其他留空"
    )
    area = AreaChoice(label="所在地区", required=False, help_text="选了场地可留空")

    class Meta:
        model = ActivitySession
        fields = [
            "organization",
            "contract_line",
            "project",
            "category",
            "title",
            "held_on",
            "starts_at",
            "ends_at",
            "venue",
            "employer",
            "area",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        self.fields["organization"].queryset = own
        lines = ContractLine.objects.filter(contract__organization__in=own, contract__status__in=("signed", "running"))
        self.fields["contract_line"].queryset = lines.select_related("contract").order_by("contract__title", "pk")
        self.fields["project"].queryset = (
            SupportProject.objects.visible_to(user).filter(status="running").order_by("-year", "title")
        )
        self.fields["category"].required = False
        self.fields["category"].queryset = ServiceCategory.objects.filter(is_active=True)
        self.fields["venue"].queryset = Venue.objects.visible_to(user).order_by("area", "name")
        self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("area", "name")
        if self.instance.pk:
            del self.fields["organization"]
        elif user.scope(Role.ORG_LEADER) and own.count() == 1:
            self.fields["organization"].initial = own.get()
            self.fields["organization"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """What follows from other answers is not asked twice: the basis, the category of a line, the area of a venue."""
        data: dict[str, Any] = super().clean() or {}
        line, project, venue = data.get("contract_line"), data.get("project"), data.get("venue")
        if line and project:
            self.add_error("project", "合同明细与扶持项目只能选一个")
        self.instance.basis = Basis.BOUGHT if line else Basis.PROJECT if project else Basis.VOLUNTARY
        data["basis"] = self.instance.basis
        data["category"] = data.get("category") or (line.category if line else None)
        if data["category"] is None:
            self.add_error("category", "请选择服务类别")
        data["area"] = data.get("area") or (venue.area if venue else None)
        if data["area"] is None:
            self.add_error("area", "请选择场地或所在地区")
        return data


class ReportForm(PortalModelForm):
    """For a thumb: numbers by number keys, everything else preset."""

    CHOICES = [(Evidence.PAPER_LIST, "纸质名单"), (Evidence.PAPER_CODE, "纸质码"), (Evidence.HEAD_COUNT, "现场点数")]
    evidence = forms.ChoiceField(label="人数依据", choices=CHOICES, widget=forms.RadioSelect, required=False)

    class Meta:
        model = ActivitySession
        fields = ["workers_served", "volunteers", "evidence", "venue", "summary"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = Venue.objects.visible_to(user).order_by("area", "name")
        self.fields["workers_served"].widget.attrs |= {
            "autofocus": True,
            "class": "form-control form-control-lg",
            "enterkeyhint": "next",
        }
        self.fields["volunteers"].widget.attrs |= {"class": "form-control form-control-lg"}
        self.fields["summary"].widget.attrs["rows"] = 2
        if self.instance.evidence in (Evidence.CHANGING_CODE, Evidence.LATE):
            del self.fields["evidence"]  # proven already, or marked late: not the reporter's to choose

    def clean_evidence(self) -> str:
        return self.cleaned_data.get("evidence") or self.instance.evidence


class RehearsalForm(PortalModelForm):
    class Meta:
        model = Rehearsal
        fields = ["rehearsed_on", "outcome", "notes"]


STARS = [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]


class SurveyForm(forms.Form):
    overall = forms.TypedChoiceField(
        label="您对这场活动总体满意吗?", choices=STARS, coerce=int, widget=forms.RadioSelect
    )
    content = forms.TypedChoiceField(
        label="内容有用吗?",
        choices=[(5, "很有用"), (3, "一般"), (1, "没用")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    organisation = forms.TypedChoiceField(
        label="组织得好吗?",
        choices=[(5, "很好"), (3, "一般"), (1, "不好")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="还想说的(可不填)", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    token = forms.CharField(max_length=200, widget=forms.HiddenInput)
