"""What is asked about programmes, applications and reviews."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from orgs.models import SocialOrganization
from orgs.rules import EVALUATING
from projects.actions import reviews
from projects.models import (
    BudgetLine,
    Milestone,
    Programme,
    ProgrammeCriterion,
    ProgrammePaper,
    Review,
    Support,
    SupportProject,
)
from projects.ranking import RankedProject
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders_within
from xiangshan.core.money import AmountField
from xiangshan.shared.forms import FilterForm, PortalForm, PortalModelForm, choices
from xiangshan.shared.row_forms import RowKinds, rows_factory
from xiangshan.shared.scoring import points_field


class ProgrammeFilterForm(FilterForm):
    q = forms.CharField(label="名称或主题", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    status = forms.ChoiceField(label="状态", choices=choices(Programme.Status.choices), required=False)


class ProgrammeForm(PortalModelForm):
    class Meta:
        model = Programme
        fields = ["title", "year", "theme", "budget", "opens_at", "closes_at", "call"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call"].widget.attrs["rows"] = 8


class _CriterionForm(PortalModelForm):
    class Meta:
        model = ProgrammeCriterion
        fields = ["title", "weight"]


class _PaperForm(PortalModelForm):
    class Meta:
        model = ProgrammePaper
        fields = ["title", "due"]


PROGRAMME_ROWS: RowKinds = {
    "criteria": ("评审标准", "权重之和为 100", rows_factory(Programme, ProgrammeCriterion, _CriterionForm, 1)),
    "papers": ("要交的材料", "申报时或结项前", rows_factory(Programme, ProgrammePaper, _PaperForm, 1)),
}


class ExtendForm(PortalForm):
    closes_at = forms.DateTimeField(label="新的截止时间")
    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea)


class BeginForm(PortalForm):
    """For which organization, and whether an earlier project is taken over."""

    organization = forms.ModelChoiceField(SocialOrganization.objects.none(), label="以哪家组织申报")
    copied = forms.ModelChoiceField(
        SupportProject.objects.none(), label="复制往年项目", required=False, help_text="内容可再修改，日期顺延一年"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = user.scope(Role.ORG_LEADER)
        self.fields["organization"].queryset = SocialOrganization.objects.filter(pk__in=led).order_by("name")
        self.fields["organization"].initial = min(led, default=None)
        old = SupportProject.objects.filter(organization__in=led).order_by("-year", "-pk")
        self.fields["copied"].queryset = old
        self.fields["copied"].empty_label = "不复制，从空白开始"


class ApplicationForm(PortalModelForm):
    class Meta:
        model = SupportProject
        fields = ["title", "goal", "plan", "starts_on", "ends_on", "planned_sessions", "planned_workers"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].widget.attrs["rows"] = 6


class _LineForm(PortalModelForm):
    class Meta:
        model = BudgetLine
        fields = ["title", "basis", "amount", "requested"]


class _SupportForm(PortalModelForm):
    class Meta:
        model = Support
        fields = ["kind", "asked"]


class _MilestoneForm(PortalModelForm):
    class Meta:
        model = Milestone
        fields = ["title", "due_on"]


APPLICATION_ROWS: RowKinds = {
    "supports": ("需要的扶持", "每种一行", rows_factory(SupportProject, Support, _SupportForm, 2)),
    "lines": ("预算明细", "合计即申请金额；其余由组织自筹", rows_factory(SupportProject, BudgetLine, _LineForm, 3)),
    "milestones": ("里程碑", "到哪天要做成什么", rows_factory(SupportProject, Milestone, _MilestoneForm, 2)),
}


class AssignEvenlyForm(PortalForm):
    reviewers = forms.ModelMultipleChoiceField(User.objects.none(), label="评审人")
    each = forms.IntegerField(label="每份申报几人评", min_value=1, max_value=9, initial=3)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].queryset = holders_within(EVALUATING, programme.area_id)
        self.fields["reviewers"].widget.choices = self.fields["reviewers"].choices


class ReviewerForm(PortalForm):
    reviewer = forms.ModelChoiceField(User.objects.none(), label="评审人")

    def __init__(self, *args: Any, project: SupportProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        county = project.programme.area_id if project.programme else 0
        self.fields["reviewer"].queryset = holders_within(EVALUATING, county).exclude(
            pk__in=project.reviews.values("reviewer")
        )


class SheetForm(PortalForm):
    """A field for each criterion, and the comment."""

    comment = forms.CharField(label="评语", max_length=2000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, review: Review, criteria: Iterable[ProgrammeCriterion], **kwargs: Any) -> None:
        super().__init__(*args, initial={"comment": review.comment}, **kwargs)
        self.criteria = list(criteria)
        given = {score.criterion_id: score.points for score in review.scores.all()}
        for item in self.criteria:
            self.fields[f"p{item.pk}"] = points_field(
                f"{item.title}（权重 {item.weight}%）", given.get(item.pk), help_text="0 到 100 分"
            )
        self.order_fields([*(f"p{item.pk}" for item in self.criteria), "comment"])

    @property
    def points(self) -> dict[int, Decimal]:
        asked = {item.pk: self.cleaned_data.get(f"p{item.pk}") for item in self.criteria}
        return {key: value for key, value in asked.items() if value is not None}


class ProgrammeDecisionForm(PortalForm):
    """One application in the meeting: yes or no, how much, which support, why."""

    approve = forms.BooleanField(label="批准", required=False)
    amount = AmountField(label="金额（元）", min_value=0, max_digits=14, decimal_places=2, required=False)
    kinds = forms.MultipleChoiceField(label="同意的扶持", required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="理由", max_length=1000, required=False)

    def __init__(self, *args: Any, ranked: RankedProject, **kwargs: Any) -> None:
        project = ranked.project
        kinds = [(support.kind, support.get_kind_display()) for support in project.supports.all()]
        initial = {"approve": ranked.within, "amount": project.requested_amount, "kinds": [kind for kind, _ in kinds]}
        super().__init__(*args, initial=initial, prefix=f"d{project.pk}", **kwargs)
        self.ranked = ranked
        self.fields["kinds"].choices = kinds

    @property
    def decision(self) -> reviews.Decision:
        cleaned = self.cleaned_data
        return reviews.Decision(
            self.ranked.project.pk,
            cleaned["approve"],
            cleaned["amount"] or Decimal(0),
            cleaned["reason"],
            tuple(cleaned["kinds"]),
        )


def decision_forms(ranking: Sequence[RankedProject], data: Any) -> list[ProgrammeDecisionForm]:
    return [ProgrammeDecisionForm(data, ranked=item) for item in ranking]
