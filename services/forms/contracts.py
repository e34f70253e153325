"""What is asked about contracts."""

from typing import Any

from django import forms

from orgs.models import SocialOrganization, Venue
from services.models import ContractLine, Department, PaymentTerm, RequiredDocument, ServiceCategory, ServiceContract
from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices
from xiangshan.shared.row_forms import rows_factory
from xiangshan.shared.schedule import RHYTHMS, days_of, read_days


class ContractFilterForm(FilterForm):
    q = forms.CharField(label="名称、编号或组织", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(ServiceContract.Status.choices), required=False)
    kind = forms.ChoiceField(label="种类", choices=choices(ServiceContract.Kind.choices), required=False)
    year = forms.IntegerField(label="履行年度", required=False, min_value=2000, max_value=2100)
    department = forms.ModelChoiceField(Department.objects.all(), label="责任部门", required=False)
    lagging = forms.ChoiceField(
        label="履约情况", choices=choices([("behind", "进度落后"), ("below_floor", "满意率低于下限")]), required=False
    )
    area = AreaChoice(label="地区", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    contract = forms.IntegerField(label="合同", required=False)
    running_from = forms.DateField(label="履行期自", required=False)
    running_to = forms.DateField(label="履行期至", required=False)
    signed_from = forms.DateField(label="签订自", required=False)
    signed_to = forms.DateField(label="签订至", required=False)
    unaccepted_from = forms.DateField(label="到期未验收，自", required=False)
    unaccepted_to = forms.DateField(label="到期未验收，至", required=False)
    kept = (
        "organization",
        "contract",
        "running_from",
        "running_to",
        "signed_from",
        "signed_to",
        "unaccepted_from",
        "unaccepted_to",
    )


class ContractForm(PortalModelForm):
    """A single or a framework contract; a task order is asked for below its framework, which says the rest."""

    class Meta:
        model = ServiceContract
        fields = [
            "title",
            "organization",
            "kind",
            "department",
            "starts_on",
            "ends_on",
            "amount",
            "target_workers",
            "satisfaction_floor",
            "least_answers",
            "survey_days",
        ]

    def __init__(
        self, *args: Any, user: User, framework: ServiceContract | None = None, amending: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.framework = framework
        self.fields["department"].queryset = Department.objects.offered(user.counties)
        self.fields["organization"].queryset = (
            SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        )
        self.fields["kind"].choices = [choice for choice in ServiceContract.Kind.choices if choice[0] != "order"]
        if framework is not None or self.instance.kind == ServiceContract.Kind.ORDER or amending:
            del self.fields["kind"]
        if framework is not None:
            self.instance.kind, self.instance.framework = ServiceContract.Kind.ORDER, framework
            self.instance.organization = framework.organization
            del self.fields["organization"]
        if amending:
            del self.fields["organization"]
            self.fields["agreed_on"] = forms.DateField(
                label="变更日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            )
            self.fields["why"] = forms.CharField(
                label="变更原因", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def values(self) -> dict[str, Any]:
        """What the action takes."""
        values = dict(self.cleaned_data)
        if self.framework is not None:
            values |= {
                "kind": ServiceContract.Kind.ORDER,
                "framework": self.framework,
                "organization": self.framework.organization,
            }
        return values


class ContractRowForm(PortalModelForm):
    """One row of a contract, as whoever writes it sees the look-up tables."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].queryset = ServiceCategory.objects.offered(user.counties)


class LineForm(ContractRowForm):
    class Meta:
        model = ContractLine
        fields = ["category", "title", "quantity", "unit_price", "lump_sum", "rehearsal_required"]


class PaymentTermForm(ContractRowForm):
    """A share or an amount; the amount of a share is worked out."""

    class Meta:
        model = PaymentTerm
        fields = ["when", "delivered_share", "share", "amount", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].required = False
        self.fields["amount"].help_text = "填了比例的，金额自动核算"
        if not self.instance.pk:
            self.fields["amount"].initial = None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("share") is None and not data.get("amount"):
            self.add_error("share", "请填写比例或金额")
        if data.get("amount") is None:
            data["amount"] = self.instance.amount or 0
        return data


class DocumentForm(ContractRowForm):
    class Meta:
        model = RequiredDocument
        fields = ["title", "due"]


def _rows(model: Any, form: Any, extra: int) -> Any:
    return rows_factory(ServiceContract, model, form, extra)


# The rows of a contract: their name in the address of errors, their heading, and what is asked.
ROWS = {
    "lines": ("合同明细", "买了什么、多少场；单价与包干价填一个，合计等于合同金额", _rows(ContractLine, LineForm, 2)),
    "terms": ("付款条件", "何时付多少；各期合计等于合同金额", _rows(PaymentTerm, PaymentTermForm, 3)),
    "documents": (
        "应交材料",
        "签订前、验收前要交齐的材料；列出常用的，可增减",
        _rows(RequiredDocument, DocumentForm, 1),
    ),
}


class ContractMoveForm(PortalForm):
    """To what a contract moves; signing asks the day, terminating the reason."""

    signed_on = forms.DateField(label="签订日期", required=False)
    reason = forms.CharField(label="原因", max_length=300, required=False, widget=forms.Textarea)


class SeriesForm(PortalForm):
    """A series of sessions from what a line has left; the days are shown before anything is planned."""

    line = forms.ModelChoiceField(ContractLine.objects.none(), label="合同明细")
    title = forms.CharField(label="主题", max_length=80)
    rhythm = forms.ChoiceField(label="间隔", choices=RHYTHMS, initial="weekly")
    first = forms.DateField(label="第一场日期", required=False)
    count = forms.IntegerField(label="场数", min_value=1, max_value=400, required=False, help_text="留空排满余量")
    days = forms.CharField(
        label="日期清单",
        required=False,
        max_length=8000,
        widget=forms.Textarea,
        help_text="按清单排时填写，每行一个或用逗号隔开，如 2026-03-05",
    )
    starts_at = forms.TimeField(label="开始时间", required=False)
    ends_at = forms.TimeField(label="结束时间", required=False)
    venue = forms.ModelChoiceField(Venue.objects.none(), label="场地", required=False)
    place = forms.CharField(label="地点", max_length=80, required=False, help_text="没有登记的场地，直接写")

    def __init__(self, *args: Any, user: User, contract: ServiceContract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["line"].queryset = contract.lines.select_related("category")
        self.fields["venue"].queryset = Venue.objects.visible_to(user).order_by("area", "name")

    def days_for(self, left: int) -> list[Any]:
        """The days asked for, no more than are left and none after the contract's end."""
        data = self.cleaned_data
        if data["rhythm"] == "list":
            return data["listed"]
        return days_of(data["rhythm"], data["first"], data.get("count") or left, self.contract.ends_on)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("rhythm") == "list":
            try:
                data["listed"] = read_days(data.get("days", ""))
            except ValueError as error:
                self.add_error("days", str(error))
            else:
                if not data["listed"]:
                    self.add_error("days", "请填写日期")
        elif not data.get("first"):
            self.add_error("first", "请填写第一场的日期")
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", "结束时间必须晚于开始时间")
        return data


class CalendarFilterForm(FilterForm):
    """What the calendar shows; kept in the address."""

    VIEWS = [("month", "月"), ("week", "周"), ("list", "列表")]
    view = forms.ChoiceField(label="显示", choices=VIEWS, required=False)
    day = forms.DateField(label="日期", required=False)
    organization = forms.ModelChoiceField(
        SocialOrganization.objects.filter(sessions__isnull=False).distinct().order_by("name"),
        label="社会组织",
        required=False,
    )
    contract = forms.ModelChoiceField(
        ServiceContract.objects.order_by("-starts_on", "title"), label="合同", required=False
    )
    area = AreaChoice(label="地区", required=False)
