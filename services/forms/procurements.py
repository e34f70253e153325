"""What is asked about procurements, bids and scores."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from orgs.models import SocialOrganization
from orgs.rules import EVALUATING
from services.models import Bid, Department, Procurement, ProcurementCriterion, ServiceCategory
from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.selectors import holders_within
from xiangshan.core.areas.models import county_of
from xiangshan.shared.forms import FilterForm, PortalForm, PortalModelForm, choices
from xiangshan.shared.scoring import points_field


class ProcurementFilterForm(FilterForm):
    q = forms.CharField(label="名称或编号", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(Procurement.Status.choices), required=False)
    method = forms.ChoiceField(label="方式", choices=choices(Procurement.Method.choices), required=False)
    category = forms.ModelChoiceField(ServiceCategory.objects.all(), label="类别", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)


class ProcurementForm(PortalModelForm):
    """What is bought, how, whom it asks, who judges and by what."""

    invited = forms.ModelMultipleChoiceField(
        SocialOrganization.objects.none(),
        label="邀请的社会组织",
        required=False,
        help_text="公开招标可不邀请；直接委托邀请一家，其他方式至少三家",
    )
    evaluators = forms.ModelMultipleChoiceField(
        User.objects.none(), label="评审人", required=False, help_text="至少三位，与应标组织没有任职关系"
    )
    criteria = forms.CharField(
        label="评审标准与权重",
        widget=forms.Textarea,
        required=False,
        max_length=600,
        help_text="每行一条，如“服务方案 50”，权重之和为 100",
    )

    class Meta:
        model = Procurement
        fields = [
            "title",
            "category",
            "department",
            "quantity",
            "budget",
            "method",
            "method_reason",
            "requirements",
            "closes_at",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = {county_of(area) for area in user.areas}
        self.fields["category"].queryset = ServiceCategory.objects.offered(user.counties)
        self.fields["department"].queryset = Department.objects.offered(user.counties)
        self.fields["invited"].queryset = (
            SocialOrganization.objects.visible_to(user)
            .filter(stage__in=SocialOrganization.LINKED)
            .order_by("-stage", "name")
        )
        self.fields["evaluators"].queryset = holders_within(EVALUATING, *areas)
        for name in ("invited", "evaluators"):
            offered: Any = self.fields[name].choices
            self.fields[name].widget = forms.CheckboxSelectMultiple(choices=offered)
        if self.instance.pk:
            now = {
                "invited": [invitation.organization_id for invitation in self.instance.invitations.all()],
                "evaluators": [evaluator.user_id for evaluator in self.instance.evaluators.all()],
                "criteria": "\n".join(f"{item.title} {item.weight}" for item in self.instance.criteria.all()),
            }
            self.initial.update(now)

    def clean_criteria(self) -> list[tuple[str, int]]:
        items = []
        for row in self.cleaned_data["criteria"].splitlines():
            if not row.strip():
                continue
            title, _, weight = row.strip().rpartition(" ")
            weight = weight.removesuffix("%")
            if not title or not weight.isdecimal() or not 1 <= int(weight) <= 100:
                raise forms.ValidationError(f"“{row.strip()[:30]}”请写成“名称 权重”，如“服务方案 50”")
            items.append((title.strip()[:30], int(weight)))
        return items


class BidForm(PortalModelForm):
    class Meta:
        model = Bid
        fields = ["price", "proposal"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposal"].widget.attrs["rows"] = 8


class ScoreForm(forms.Form):
    """A field for each bid and criterion."""

    fields: dict[str, Any]

    def __init__(
        self,
        *args: Any,
        bids: Iterable[Bid],
        criteria: Iterable[ProcurementCriterion],
        given: dict[tuple[int, int], Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bids, self.criteria = list(bids), list(criteria)
        for bid in self.bids:
            for criterion in self.criteria:
                self.fields[f"p{bid.pk}_{criterion.pk}"] = points_field(
                    f"{bid.organization} {criterion.title}", given.get((bid.pk, criterion.pk))
                )

    @property
    def rows(self) -> list[tuple[Bid, list[tuple[ProcurementCriterion, Any]]]]:
        return [(bid, [(item, self[f"p{bid.pk}_{item.pk}"]) for item in self.criteria]) for bid in self.bids]

    @property
    def points(self) -> dict[tuple[int, int], Decimal]:
        result = {}
        for bid in self.bids:
            for item in self.criteria:
                value = self.cleaned_data.get(f"p{bid.pk}_{item.pk}")
                if value is not None:
                    result[bid.pk, item.pk] = value
        return result


class ReplaceForm(PortalForm):
    out = forms.ModelChoiceField(User.objects.none(), label="更换哪一位")
    into = forms.ModelChoiceField(User.objects.none(), label="换成")
    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea)

    def __init__(self, *args: Any, procurement: Procurement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sitting = procurement.evaluators.values("user")
        unfinished = procurement.evaluators.filter(finished_at__isnull=True).values("user")
        self.fields["out"].queryset = User.objects.filter(pk__in=unfinished)
        self.fields["into"].queryset = holders_within(EVALUATING, procurement.area_id).exclude(pk__in=sitting)


class DecideForm(PortalForm):
    winner = forms.ModelChoiceField(Bid.objects.none(), label="中标单位", empty_label=None, widget=forms.RadioSelect)
    reason = forms.CharField(label="定标理由", max_length=1000, widget=forms.Textarea)

    def __init__(self, *args: Any, procurement: Procurement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["winner"].queryset = procurement.bids.standing().select_related("organization")
        self.fields["winner"].label_from_instance = lambda bid: str(bid.organization)
