"""What is asked about rooms, things lent, training held and teams in the nursery."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from projects.models import Equipment, EquipmentLoan, Incubation, SupportGiven, SupportProject, VenueBooking
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices

FIRST_HOUR, LAST_HOUR = 6, 22
HALF_HOURS = [f"{hour:02d}:{minute:02d}" for hour in range(FIRST_HOUR, LAST_HOUR) for minute in (0, 30)]
TIMES = [("", "请选择"), *((one, one) for one in [*HALF_HOURS, f"{LAST_HOUR:02d}:00"])]


def _offer_organizations(form: Any, user: User, name: str = "organization") -> None:
    linked = SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED)
    form.fields[name].queryset = linked.order_by("name", "pk")
    if len(own := user.scope(Role.ORG_LEADER)) == 1:
        form.initial.setdefault(name, *own)


def _offer_projects(form: Any, user: User) -> None:
    running = SupportProject.objects.visible_to(user).filter(status__in=SupportProject.UNDER_WAY)
    form.fields["project"].queryset = running.order_by("-year", "title", "pk")


class BookingFilterForm(FilterForm):
    q = forms.CharField(label="用途、场地或组织", required=False)
    venue = forms.ModelChoiceField(Venue.objects.order_by("area", "name"), label="场地", required=False)
    state = forms.ChoiceField(
        label="状态", choices=choices([("standing", "有效"), ("cancelled", "已取消")]), required=False
    )
    day_from = forms.DateField(label="日期自", required=False)
    day_to = forms.DateField(label="日期至", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    kept = ("organization",)


class TakenForm(PortalForm):
    """Which room, which day: to show what is taken."""

    venue = forms.ModelChoiceField(Venue.objects.none())
    day = forms.DateField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].queryset = Venue.objects.visible_to(user)


class BookingForm(PortalModelForm):
    """A day, from one half hour to another."""

    day = forms.DateField(label="日期")
    starts = forms.ChoiceField(label="开始", choices=TIMES)
    ends = forms.ChoiceField(label="结束", choices=TIMES)

    class Meta:
        model = VenueBooking
        fields = ["organization", "project", "venue", "purpose"]

    field_order = ("organization", "project", "venue", "day", "starts", "ends", "purpose")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_organizations(self, user)
        _offer_projects(self, user)
        self.fields["venue"].queryset = Venue.objects.visible_to(user).order_by("area", "name")
        asks = {
            "hx-get": reverse_lazy("projects:booking_taken"),
            "hx-target": "#taken",
            "hx-include": "closest form",
            "hx-trigger": "change",
        }
        for name in ("venue", "day"):
            self.fields[name].widget.attrs |= asks

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        day = values.pop("day", None)
        starts, ends = values.pop("starts", ""), values.pop("ends", "")
        if day and starts and ends:
            if ends <= starts:
                raise ValidationError({"ends": "结束时间须晚于开始时间"})
            values |= {"starts_at": moment(day, starts), "ends_at": moment(day, ends)}
        return values


def moment(day: date, time_text: str) -> datetime:
    """A time of the day, as Shanghai's clocks show it."""
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(time_text)))


class EquipmentFilterForm(FilterForm):
    q = forms.CharField(label="名称或编号", required=False)
    state = forms.ChoiceField(label="状态", choices=choices([("free", "可借"), ("lent", "已借出")]), required=False)


class EquipmentForm(PortalModelForm):
    class Meta:
        model = Equipment
        fields = ["number", "name", "area", "is_active", "note"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns = Area.objects.filter(within(user.areas, "pk")).exclude(level=Area.Level.COMMUNITY)
        self.fields["area"].queryset = towns.order_by("pk")


class LendForm(PortalModelForm):
    class Meta:
        model = EquipmentLoan
        fields = ["organization", "project", "due_on"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_organizations(self, user)
        _offer_projects(self, user)


class TakeBackForm(PortalForm):
    returned_on = forms.DateField(label="归还日期")
    condition = forms.CharField(
        label="归还状况", max_length=200, required=False, help_text="完好可不填；有损坏或缺件请写明"
    )


class LoanFilterForm(FilterForm):
    q = forms.CharField(label="装备或组织", required=False)
    state = forms.ChoiceField(
        label="状态", choices=choices([("out", "未归还"), ("overdue", "逾期未还"), ("back", "已归还")]), required=False
    )
    organization = forms.IntegerField(label="组织编号", required=False)
    kept = ("organization",)


class GivenFilterForm(FilterForm):
    q = forms.CharField(label="内容或组织", required=False)
    kind = forms.ChoiceField(label="种类", choices=choices(SupportGiven.KINDS), required=False)
    day_from = forms.DateField(label="日期自", required=False)
    day_to = forms.DateField(label="日期至", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    kept = ("organization",)


class GivenForm(PortalModelForm):
    class Meta:
        model = SupportGiven
        fields = ["organization", "project", "kind", "title", "given_on", "hours", "people"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_organizations(self, user)
        _offer_projects(self, user)


class IncubationFilterForm(FilterForm):
    q = forms.CharField(label="团队或带教组织", required=False)
    stage = forms.ChoiceField(label="阶段", choices=choices(Incubation.Stage.choices), required=False)
    area = AreaChoice(label="地区", required=False)
    community = forms.IntegerField(label="孵化社区编号", required=False)
    mentor = forms.IntegerField(label="带教组织编号", required=False)
    kept = ("community", "mentor")


class IncubationForm(PortalModelForm):
    class Meta:
        model = Incubation
        fields = ["team", "community", "mentor", "entered_on", "note"]
        field_classes = {"community": AreaChoice}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_organizations(self, user, "team")
        _offer_organizations(self, user, "mentor")
        communities = Area.objects.filter(within(user.areas, "pk"), level=Area.Level.COMMUNITY)
        self.fields["community"].queryset = communities.select_related("parent").order_by("pk")
        if self.instance.pk:
            del self.fields["team"], self.fields["entered_on"]


class IncubationMoveForm(PortalForm):
    stage = forms.ChoiceField(label="变为", choices=[])
    day = forms.DateField(label="日期")
    note = forms.CharField(
        label="情况",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text="凭什么这样判断：人数、活动、能不能自己办事；退出请写明原因",
    )

    def __init__(self, *args: Any, incubation: Incubation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [
            (value, label) for value, label in Incubation.Stage.choices if incubation.can_become(value)
        ]


class CommunityFilterForm(FilterForm):
    q = forms.CharField(label="社区或村", required=False)
    area = AreaChoice(label="地区", required=False)


class EffectFilterForm(FilterForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    support = forms.ChoiceField(
        label="所得扶持",
        choices=[
            ("any", "得到任一种"),
            ("money", "资金"),
            ("venue", "场地"),
            ("equipment", "装备"),
            ("given", "培训或宣传"),
            ("none", "没有得到"),
        ],
    )
    area = AreaChoice(label="地区", required=False)
