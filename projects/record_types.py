"""Which records of this app carry files, comments and a history."""

from projects.models import (
    BudgetLine,
    Completion,
    Disbursement,
    Equipment,
    Incubation,
    Milestone,
    PlanChange,
    Programme,
    ProgressReport,
    ProjectPaper,
    Support,
    SupportGiven,
    SupportProject,
    VenueBooking,
)
from projects.rules import disbursements as disbursement_rules
from projects.rules import in_kind as in_kind_rules
from projects.rules import programmes as programme_rules
from projects.rules import projects as project_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import RecordType, offer

AMOUNTS = {"requested_amount", "granted_amount", "committed_amount", "paid_amount"}


def without_money(user: User) -> frozenset[str]:
    """What the history keeps back from whoever does not read the union's money."""
    hidden = AMOUNTS | {"amount", "requested", "spent", "moved", "paid", "returned"}
    return frozenset() if project_rules.can_see_projects_money(user) else frozenset(hidden)


offer(
    RecordType(
        SupportProject,
        project_rules.can_file_project,
        "projects:project_detail",
        conceals=without_money,
        may_read_files=project_rules.can_see_money,
    ),
    RecordType(Programme, programme_rules.can_file_programme, "projects:programme_detail"),
    RecordType(Disbursement, disbursement_rules.can_file_disbursement, "projects:disbursement_detail"),
    RecordType(VenueBooking, in_kind_rules.can_file_booking, "projects:booking_detail"),
    RecordType(Equipment, in_kind_rules.can_edit_equipment, "projects:equipment_detail"),
    RecordType(SupportGiven, in_kind_rules.can_file_given, "projects:given_detail"),
    RecordType(Incubation, in_kind_rules.can_file_incubation, "projects:incubation_detail"),
    RecordType(BudgetLine, project_rules.can_file_project, part_of="project", conceals=without_money),
    RecordType(Completion, project_rules.can_file_project, part_of="project", conceals=without_money),
    RecordType(Milestone, project_rules.can_file_project, part_of="project"),
    RecordType(PlanChange, project_rules.can_file_project, part_of="project", conceals=without_money),
    RecordType(ProgressReport, project_rules.can_file_project, part_of="project", conceals=without_money),
    RecordType(ProjectPaper, project_rules.can_file_project, part_of="project"),
    RecordType(Support, project_rules.can_file_project, part_of="project"),
)
