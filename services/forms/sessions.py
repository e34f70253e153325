"""What is asked about activity sessions."""

from typing import Any

from django import forms

from orgs.forms import areas_around
from orgs.models import Employer, SocialOrganization, Venue
from projects.models import SupportProject
from services.forms.filters import OfOrganizationForm
from services.models import ActivitySession, ContractLine, Department, Rehearsal, ServiceCategory, ServiceContract
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.shared.attachments.forms import ManyFiles
from xiangshan.shared.forms import AreaChoice, PortalModelForm, ReasonForm, choices

Evidence = ActivitySession.Evidence
Basis = ActivitySession.Basis


class SessionFilterForm(OfOrganizationForm):
    STATUS = [
        ("", "不限"),
        ("pending", "待核实（含已举办、退回）"),
        ("due", "应报"),
        ("to_report", "待上报"),
        ("overdue", "逾期未报"),
        ("coming", "即将举办"),
        ("rateable", "评价开放中"),
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
    contract = forms.ModelChoiceField(ServiceContract.objects.all(), label="合同", required=False)
    department = forms.ModelChoiceField(Department.objects.all(), label="责任部门", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    exactly = AreaChoice(label="只看本级", required=False)
    kept = ("organization", "contract", "department", "totals", "exactly")


class LineChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, line: Any) -> str:
        return f"{line.contract.title} · {line.title}"


class SessionForm(PortalModelForm):
    contract_line = LineChoice(
        ContractLine.objects.none(), label="合同明细", required=False, help_text="购买服务的活动请选择；其他留空"
    )
    area = AreaChoice(label="所在地区", required=False, help_text="选了场地或单位可留空")

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
            "place",
            "employer",
            "area",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        self.fields["organization"].queryset = own
        lines = ContractLine.objects.filter(
            contract__organization__in=own, contract__status__in=ServiceContract.UNDER_WAY
        )
        self.fields["contract_line"].queryset = lines.select_related("contract").order_by("contract__title", "pk")
        self.fields["project"].queryset = (
            SupportProject.objects.visible_to(user)
            .filter(status=SupportProject.Status.RUNNING)
            .order_by("-year", "title")
        )
        self.fields["category"].required = False
        self.fields["category"].queryset = ServiceCategory.objects.offered(user.counties)
        self.fields["venue"].queryset = Venue.objects.visible_to(user).order_by("area", "name")
        self.fields["area"].queryset = areas_around(user)
        self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("area", "name")
        if self.instance.pk:
            del self.fields["organization"]
        elif user.scope(Role.ORG_LEADER) and own.count() == 1:
            self.fields["organization"].initial = own.get()
            self.fields["organization"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """What follows from other answers is not asked twice: the basis, the category of a line, the area of a venue."""
        data: dict[str, Any] = super().clean() or {}
        line, project = data.get("contract_line"), data.get("project")
        if line and project:
            self.add_error("project", "合同明细与扶持项目只能选一个")
        self.instance.basis = Basis.BOUGHT if line else Basis.PROJECT if project else Basis.VOLUNTARY
        data["basis"] = self.instance.basis
        data["category"] = data.get("category") or (line.category if line else None)
        if data["category"] is None:
            self.add_error("category", "请选择服务类别")
        data["area"] = data.get("area") or self._area_of(data)
        if data["area"] is None:
            self.add_error("area", "请选择场地或所在地区，或写明地点")
        return data

    def _area_of(self, data: dict[str, Any]) -> Any:
        """Where no area was chosen: that of the venue, the employer, or of whoever goes to the place that was typed."""
        organization = data.get("organization") or (self.instance.pk and self.instance.organization)
        known = data.get("venue") or data.get("employer") or (data.get("place") and organization)
        return known.area if known else None


class SessionReportForm(PortalModelForm):
    """For a thumb: numbers by number keys, everything else preset. How the number is proven follows from the sign-ins."""

    photos: Any = ManyFiles(label=f"照片（最多 {limits.SESSION_PHOTOS} 张）", required=False)

    class Meta:
        model = ActivitySession
        fields = ["workers_served", "volunteers", "venue", "summary"]

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
        self.fields["photos"].widget.attrs |= {"accept": "image/*", "class": "form-control", "data-shrink": ""}
        if self.instance.workers_served is None and self.instance.sign_ins:
            self.initial["workers_served"] = self.instance.sign_ins


class RehearsalForm(PortalModelForm):
    outcome = forms.ChoiceField(
        label="结果",
        choices=[one for one in Rehearsal.Outcome.choices if one[0] != "planned"],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Rehearsal
        fields = ["rehearsed_on", "outcome", "watched_by", "notes"]


class RehearsalPlanForm(PortalModelForm):
    class Meta:
        model = Rehearsal
        fields = ["rehearsed_on", "watched_by"]


class SendBackForm(ReasonForm):
    """退回修改: the usual reasons by one tap, or in one's own words."""

    USUAL = (
        "人次与签到相差较大，请核对",
        "请补传活动照片",
        "请补充活动简况",
        "日期或地点不对，请更正",
        "请上传签到名单",
    )
    usual = forms.ChoiceField(
        label="常见原因", choices=[("", "自己写"), *((one, one) for one in USUAL)], required=False
    )
    field_order = ("usual", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].label = "补充说明"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        reasons = [data.pop("usual", ""), data.get("reason", "").strip()]
        data["reason"] = "；".join(item for item in reasons if item)[:300]
        if not data["reason"]:
            self.add_error("reason", "请选择或写明要更正什么")
        return data
