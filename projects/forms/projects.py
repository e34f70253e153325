"""What is asked about granted projects."""

from decimal import Decimal
from typing import Any

from django import forms

from orgs.models import SocialOrganization
from projects.models import (
    Completion,
    Disbursement,
    Milestone,
    PlanChange,
    Programme,
    ProgressReport,
    ProjectPaper,
    SupportProject,
)
from projects.reporting import RHYTHMS
from xiangshan.core import limits
from xiangshan.core.accounts.models import User
from xiangshan.core.money import AmountField
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices
from xiangshan.shared.row_forms import RowKinds, rows_factory
from xiangshan.shared.schedule import read_days


class ProjectFilterForm(FilterForm):
    q = forms.CharField(label="项目或组织", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    status = forms.ChoiceField(label="状态", choices=choices(SupportProject.Status.choices), required=False)
    programme = forms.ModelChoiceField(Programme.objects.order_by("-year", "-pk"), label="年度计划", required=False)
    area = AreaChoice(label="地区", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    running_from = forms.DateField(label="实施期自", required=False)
    running_to = forms.DateField(label="实施期至", required=False)
    decided_from = forms.DateField(label="批准自", required=False)
    decided_to = forms.DateField(label="批准至", required=False)
    kept = ("organization", "running_from", "running_to", "decided_from", "decided_to")


class ProjectForm(PortalModelForm):
    """One assigned without an application: what it is granted is the sum of its lines."""

    class Meta:
        model = SupportProject
        fields = [
            "organization",
            "title",
            "year",
            "starts_on",
            "ends_on",
            "goal",
            "plan",
            "planned_sessions",
            "planned_workers",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED)
        self.fields["organization"].queryset = linked.order_by("name")
        for name in ("starts_on", "ends_on"):
            self.fields[name].required = True


class _OfProject(PortalModelForm):
    """A row that may be tied to one of the project's milestones."""

    def __init__(self, *args: Any, project: SupportProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].queryset = project.milestones.all()


class TrancheForm(_OfProject):
    class Meta:
        model = Disbursement
        fields = ["title", "milestone", "amount"]


class _ProjectPaperForm(PortalModelForm):
    class Meta:
        model = ProjectPaper
        fields = ["title", "due"]


TRANCHE_ROWS: RowKinds = {
    "tranches": (
        "拨付安排",
        "合计不超过扶持金额；可与里程碑挂钩",
        rows_factory(SupportProject, Disbursement, TrancheForm, 2),
    )
}
PAPER_ROWS: RowKinds = {
    "papers": ("应交材料", "验收前要交齐", rows_factory(SupportProject, ProjectPaper, _ProjectPaperForm, 2))
}


class EmptyForm(PortalForm):
    """Where only rows are asked for: their errors need a place."""


class ReportPlanForm(PortalForm):
    """By rhythm, by date, by milestone."""

    rhythm = forms.ChoiceField(label="按周期", choices=RHYTHMS, required=False)
    days = forms.CharField(label="另加日期", required=False, max_length=500, help_text="如 2026-06-30，多个用逗号隔开")
    milestones = forms.ModelMultipleChoiceField(
        Milestone.objects.none(),
        label="达成后要报告的里程碑",
        required=False,
        help_text=f"里程碑日期后 {limits.MILESTONE_REPORT_DAYS} 天内交",
    )

    def __init__(self, *args: Any, project: SupportProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        self.fields["milestones"].queryset = project.milestones.all()
        self.fields["milestones"].widget.choices = self.fields["milestones"].choices

    def clean_days(self) -> list[Any]:
        try:
            days = read_days(self.cleaned_data["days"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        first, last = self.project.starts_on, self.project.ends_on
        if first and last and any(not first <= day <= last for day in days):
            raise forms.ValidationError(f"日期须在项目期内（{first} 至 {last}）")
        return days


class MilestoneReachedForm(PortalForm):
    reached_on = forms.DateField(label="达成日期")
    evidence = forms.CharField(
        label="达成情况",
        max_length=1000,
        widget=forms.Textarea,
        help_text="做成了什么、凭什么看得出来；照片和文件在项目页上传",
    )


class ProgressReportForm(PortalModelForm):
    class Meta:
        model = ProgressReport
        fields = ["content", "problems", "spent"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["content"].required = True
        self.fields["content"].widget.attrs["rows"] = 8


class ReportFilterForm(FilterForm):
    q = forms.CharField(label="报告、项目或组织", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(ProgressReport.Status.choices), required=False)
    state = forms.ChoiceField(
        label="期限", choices=choices([("awaited", "待交"), ("overdue", "已逾期")]), required=False
    )
    due_from = forms.DateField(label="应交自", required=False)
    due_to = forms.DateField(label="应交至", required=False)


class RemarkForm(PortalForm):
    remark = forms.CharField(label="意见", max_length=300, required=False, widget=forms.Textarea)


class NoteForm(PortalForm):
    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea)


class DisbursementFilterForm(FilterForm):
    q = forms.CharField(label="编号、项目、组织或凭证号", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(Disbursement.Status.choices), required=False)
    area = AreaChoice(label="地区", required=False)
    organization = forms.IntegerField(label="组织编号", required=False)
    paid_from = forms.DateField(label="拨付自", required=False)
    paid_to = forms.DateField(label="拨付至", required=False)
    kept = ("organization",)


class ChangeForm(PortalModelForm):
    class Meta:
        model = PlanChange
        fields = ["new_ends_on", "milestone", "new_due_on", "line_from", "line_to", "moved", "because"]

    def __init__(self, *args: Any, project: SupportProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.project = project
        self.fields["milestone"].queryset = project.milestones.filter(reached_on__isnull=True)
        for name in ("line_from", "line_to"):
            self.fields[name].queryset = project.lines.all()


class _SpentForm(PortalForm):
    """What was used of each budget line."""

    def __init__(self, *args: Any, project: SupportProject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(project.lines.all())
        for line in self.lines:
            self.fields[f"l{line.pk}"] = AmountField(
                label=f"“{line.title}”实际使用资助（元）",
                min_value=0,
                max_digits=14,
                decimal_places=2,
                initial=Decimal(0),
                help_text=f"预算 {line.requested:,.2f}",
            )
            self.fields[f"l{line.pk}"].widget.attrs["inputmode"] = "decimal"

    @property
    def spent(self) -> dict[int, Decimal]:
        return {line.pk: self.cleaned_data[f"l{line.pk}"] for line in self.lines}


class CompleteForm(_SpentForm):
    reached = forms.CharField(label="目标达成情况", max_length=3000, widget=forms.Textarea)
    verdict = forms.ChoiceField(
        label="结论", choices=[one for one in Completion.Verdict.choices if one[0] != "terminated"]
    )
    opinion = forms.CharField(label="验收意见", max_length=1000, widget=forms.Textarea)


class TerminateForm(_SpentForm):
    reason = forms.CharField(label="终止原因", max_length=300, widget=forms.Textarea)


class MoneyReturnedForm(PortalForm):
    amount = AmountField(label="退还金额（元）", max_digits=14, decimal_places=2)
    returned_on = forms.DateField(label="到账日期")
    voucher_number = forms.CharField(label="凭证号", max_length=30)
