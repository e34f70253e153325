"""What is asked, by noun."""

from projects.forms.programmes import APPLICATION_ROWS, ApplicationForm, AssignEvenlyForm, BeginForm, DecisionForm, ExtendForm, PROGRAMME_ROWS, ProgrammeFilterForm, ProgrammeForm, ReviewerForm, SheetForm, decision_forms
from projects.forms.projects import ChangeForm, CompleteForm, DisbursementFilterForm, MilestoneReachedForm, NoteForm, PAPER_ROWS, ProjectFilterForm, ProjectForm, RemarkForm, ReportFilterForm, ReportForm, ReportPlanForm, ReturnForm, TRANCHE_ROWS, TerminateForm, TrancheForm

__all__ = [
    "APPLICATION_ROWS",
    "ApplicationForm",
    "AssignEvenlyForm",
    "BeginForm",
    "ChangeForm",
    "CompleteForm",
    "DecisionForm",
    "DisbursementFilterForm",
    "ExtendForm",
    "MilestoneReachedForm",
    "NoteForm",
    "PAPER_ROWS",
    "PROGRAMME_ROWS",
    "ProgrammeFilterForm",
    "ProgrammeForm",
    "ProjectFilterForm",
    "ProjectForm",
    "RemarkForm",
    "ReportFilterForm",
    "ReportForm",
    "ReportPlanForm",
    "ReturnForm",
    "ReviewerForm",
    "SheetForm",
    "TRANCHE_ROWS",
    "TerminateForm",
    "TrancheForm",
    "decision_forms",
]
