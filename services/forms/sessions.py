"""What is asked about activity sessions."""

from typing import Any

from django import forms

from orgs.models import Employer, SocialOrganization, Venue
from projects.models import SupportProject
from services.models import ActivitySession, ContractLine, Rehearsal, ServiceCategory, ServiceContract
from xiangshan.accounts.models import Role, User
from xiangshan.pages.forms import AreaChoice, FilterForm, PortalModelForm, choices

Evidence = ActivitySession.Evidence
Basis = ActivitySession.Basis


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
