"""What is asked of workplaces, and about their requests."""

from typing import Any

from django import forms
from django.utils import timezone

from orgs.models import Employer
from services.models import ContractLine, Procurement, ServiceCategory, ServiceRequest
from services.rules.sessions import STAFF
from xiangshan.core.accounts.models import User, choosable_areas
from xiangshan.core.areas.counties import County
from xiangshan.core.areas.models import Area
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm
from xiangshan.shared.public import PersonForm


class RequestFilterForm(FilterForm):
    STATUS = [("", "不限"), ("waiting", "待受理或待下单"), *ServiceRequest.Status.choices]
    q = forms.CharField(label="单位、需求或查询码", required=False)
    status = forms.ChoiceField(label="状态", choices=STATUS, required=False)
    category = forms.ModelChoiceField(ServiceCategory.objects.all(), label="类别", required=False)
    area = AreaChoice(label="地区", required=False)
    asked_from = forms.DateField(label="点单自", required=False)
    asked_to = forms.DateField(label="至", required=False)
    employer = forms.IntegerField(label="用人单位", required=False)
    organization = forms.IntegerField(label="承接组织", required=False)
    contract = forms.IntegerField(label="合同", required=False)
    met = forms.BooleanField(label="已办成", required=False)
    kept = ("employer", "organization", "contract", "met")


class RequestForm(PortalModelForm):
    """Entered by union staff."""

    class Meta:
        model = ServiceRequest
        fields = [
            "category",
            "employer",
            "workplace",
            "area",
            "contact",
            "phone",
            "email",
            "wished_from",
            "wished_until",
            "people",
            "wish",
        ]

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = ServiceCategory.objects.offered(user.counties if user else set())
        self.fields["wish"].widget.attrs["rows"] = 3
        if user is not None:
            self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("area", "name")
            self.fields["area"].queryset = choosable_areas(user, *STAFF).filter(level__lte=Area.Level.TOWN)  # type: ignore[attr-defined]


class AskForm(RequestForm, PersonForm):
    """职工点单, by nobody logged in."""

    class Meta(RequestForm.Meta):
        fields = [name for name in RequestForm.Meta.fields if name != "employer"]

    def __init__(self, *args: Any, county: County, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        self.fields["category"].queryset = ServiceCategory.objects.offered({county.pk})
        self.fields["area"].queryset = Area.objects.around([county.pk]).towns()
        self.fields["area"].empty_label = "请选择"
        self.ask_person()

    def clean(self) -> dict[str, Any]:
        data = self.check_person(super().clean() or {})
        wished = data.get("wished_from")
        if wished and wished < timezone.localdate():
            self.add_error("wished_from", "希望日期不能早于今天")
        return data


class MatchForm(PortalForm):
    """下单: one of the contracts with units left."""

    line = forms.ModelChoiceField(
        ContractLine.objects.none(), label="合同明细", widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = lines


class ScheduleForm(PortalForm):
    held_on = forms.DateField(label="举办日期")
    starts_at = forms.TimeField(label="开始时间", required=False)
    ends_at = forms.TimeField(label="结束时间", required=False)


class ProcureForm(PortalForm):
    procurement = forms.ModelChoiceField(Procurement.objects.none(), label="采购")

    def __init__(self, *args: Any, user: User, request: ServiceRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procurement"].queryset = Procurement.objects.visible_to(user).filter(
            status=Procurement.Status.DRAFT, category=request.category
        )


class RatingForm(PortalForm):
    rating = forms.TypedChoiceField(
        label="您满意吗？",
        choices=[(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        coerce=int,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(label="还想说的（可不填）", max_length=300, required=False, widget=forms.Textarea)
