from typing import Any

from django import forms

from orgs.actions import people
from orgs.duplicates import is_alike, place_names
from orgs.models import (
    Employer,
    FieldOfWork,
    Honour,
    OrganizationDuty,
    SocialOrganization,
    StrengthReport,
    UnionBranch,
    Venue,
)
from xiangshan.core.accounts.models import Role, User, choosable_areas
from xiangshan.core.areas.models import Area, town_of, within
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices

STAFF = (Role.COUNTY_STAFF, Role.TOWN_STAFF)


def areas_for(user: User) -> Any:
    """Where somebody may place a record: leaders place venues anywhere in the county of their organization."""
    result: Any = choosable_areas(user, *STAFF)
    return result.select_related("parent") if user.holds(*STAFF) else areas_around(user)


def areas_around(user: User) -> Any:
    """Every area of the counties somebody works in: a team also goes where it does not belong."""
    return Area.objects.around(user.counties)


class OrganizationFilterForm(FilterForm):
    q = forms.CharField(label="名称、首字母或代码", required=False)
    stage = forms.ChoiceField(label="阶段", choices=choices(SocialOrganization.Stage.choices), required=False)
    legal_form = forms.ChoiceField(
        label="组织形式", choices=choices(SocialOrganization.LegalForm.choices), required=False
    )
    origin = forms.ChoiceField(label="来源", choices=choices(SocialOrganization.Origin.choices), required=False)
    area = AreaChoice(label="地区", required=False)
    linked_on = forms.DateField(label="在联系", required=False)
    key_on = forms.DateField(label="重点扶持", required=False)
    covered_on = forms.DateField(label="建会覆盖", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    kept = ("linked_on", "key_on", "covered_on", "organization")


class BranchFilterForm(FilterForm):
    q = forms.CharField(label="名称或首字母", required=False)
    mode = forms.ChoiceField(label="建会方式", choices=choices(UnionBranch.Mode.choices), required=False)
    area = AreaChoice(label="地区", required=False)
    on = forms.DateField(label="存续于", required=False)
    elections_until = forms.DateField(label="换届在此前到期", required=False)
    kept = ("on", "elections_until")


class StrengthFilterForm(FilterForm):
    area = AreaChoice(label="地区", required=False)
    on = forms.DateField(label="截至某日的最近一次", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    kept = ("organization",)


class PlaceFilterForm(FilterForm):
    q = forms.CharField(label="名称或首字母", required=False)
    area = AreaChoice(label="地区", required=False)


class VenueFilterForm(PlaceFilterForm):
    kind = forms.ChoiceField(label="类型", choices=choices(Venue.Kind.choices), required=False)


def similar_organizations(name: str, area_id: int) -> list[SocialOrganization]:
    """The first few of a town whose names may mean the same."""
    town = town_of(area_id)
    places = place_names(Area.objects.above(area_id))
    there = SocialOrganization.objects.filter(within(town), merged_into__isnull=True).select_related("area")
    return [item for item in there if item.area_id in (area_id, town) and is_alike(item.name, name, places)][:5]


class OrganizationForm(PortalModelForm):
    area = AreaChoice(label="所在地区")
    fields_of_work = forms.ModelMultipleChoiceField(FieldOfWork.objects.all(), label="服务领域", required=False)

    class Meta:
        model = SocialOrganization
        fields = [
            "name",
            "short_name",
            "credit_code",
            "legal_form",
            "origin",
            "area",
            "address",
            "phone",
            "founded_on",
            "licence_expires_on",
            "fields_of_work",
            "introduction",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(user)


class NewOrganizationForm(OrganizationForm):
    stage = forms.ChoiceField(label="当前阶段", choices=SocialOrganization.Stage.choices, initial="contacted")
    linked_on = forms.DateField(label="进入该阶段的日期", required=False, help_text="留空为今天")
    is_another = forms.BooleanField(label="已核对，不是同一家", required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A near-same name in the same town is asked about once: the person may know better."""
        data = super().clean() or {}
        if data.get("name") and data.get("area") and not data.pop("is_another", False):
            near = similar_organizations(data["name"], data["area"].pk)
            if near:
                names = "、".join(f"“{item.name}”（{item.area}）" for item in near)
                self.add_error(None, f"已有名称相近的组织：{names}。如果不是同一家，请勾选下面的确认后再保存")
                self.fields["is_another"].widget = forms.CheckboxInput()
        data.pop("is_another", None)
        return data


class StageForm(PortalForm):
    stage = forms.ChoiceField(label="新阶段", choices=SocialOrganization.Stage.choices)
    on = forms.DateField(label="日期", required=False, help_text="留空为今天")
    reason = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea)


class KeySupportForm(PortalForm):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)


class StrengthForm(PortalModelForm):
    class Meta:
        model = StrengthReport
        fields = ["as_of", "formal_members", "volunteers", "union_members"]


class BranchForm(PortalModelForm):
    area = AreaChoice(label="所在地区")

    class Meta:
        model = UnionBranch
        fields = [
            "name",
            "mode",
            "parent",
            "area",
            "established_on",
            "chair",
            "members",
            "term",
            "elections_due_on",
            "dissolved_on",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(user)
        self.fields["parent"].queryset = (
            UnionBranch.objects.visible_to(user).exclude(pk=self.instance.pk).order_by("area", "name")
        )


class CoverageForm(PortalForm):
    organization = forms.ModelChoiceField(SocialOrganization.objects.none(), label="社会组织")
    starts_on = forms.DateField(label="起始日")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = (
            SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        )


class EmployerForm(PortalModelForm):
    area = AreaChoice(label="所在地区")

    class Meta:
        model = Employer
        fields = ["name", "area", "address", "workers"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(user)


class VenueForm(PortalModelForm):
    area = AreaChoice(label="所在地区")

    class Meta:
        model = Venue
        fields = ["name", "kind", "area", "address", "capacity", "employer"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas_for(user)
        self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("name")


class OrganizationDutyForm(PortalModelForm):
    class Meta:
        model = OrganizationDuty
        fields = ["duty", "name", "phone", "starts_on"]

    def __init__(self, *args: Any, may_name_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_name_head:
            self.fields["phone"].help_text = "负责人填手机号，登录要用"
        else:
            duties = OrganizationDuty.Duty
            self.fields["duty"].choices = [(duty.value, duty.label) for duty in duties if duty != duties.HEAD]

    def _post_clean(self) -> None:
        """The action checks the record as a whole, with its organization; here only what was typed."""


class HandOverForm(PortalForm):
    name = forms.CharField(label="新负责人姓名", max_length=40)
    phone = forms.CharField(
        label="手机号", max_length=11, help_text="用它登录", widget=forms.TextInput({"inputmode": "tel"})
    )
    on = forms.DateField(label="交接日期")
    reason = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea)


class EndForm(PortalForm):
    ends_on = forms.DateField(label="截止日期", help_text="从这一天起不再有效")


class HonourForm(PortalModelForm):
    class Meta:
        model = Honour
        fields = ["kind", "title", "granted_by", "granted_on"]


class ProfileForm(PortalModelForm):
    """What a leader may ask to be changed."""

    class Meta:
        model = SocialOrganization
        fields = list(people.PROPOSABLE)

    def _post_clean(self) -> None:
        """The record is left as it is: what is asked for is kept apart until somebody decides."""


class MergeForm(PortalForm):
    take = forms.MultipleChoiceField(label="改用并入一方的资料", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, differing: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["take"].choices = differing


class RegisterDayForm(FilterForm):
    on = forms.DateField(label="日期", required=False)
    area = AreaChoice(label="地区", required=False)
