"""Which records of this app carry files, comments and a history."""

from projects import rules
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
from xiangshan.accounts.models import User
from xiangshan.subjects import Subject, offer

AMOUNTS = {"requested_amount", "granted_amount", "committed_amount", "paid_amount"}


def without_money(user: User) -> frozenset[str]:
    """What the history keeps back from whoever does not read the union's money."""
    hidden = AMOUNTS | {"amount", "requested", "spent", "moved", "paid", "returned"}
    return frozenset() if rules.can_see_projects_money(user) else frozenset(hidden)


offer(
    Subject(
        SupportProject,
        rules.can_file_project,
        "projects:project_detail",
        conceals=without_money,
        may_read_files=rules.can_see_money,
    ),
    Subject(Programme, rules.can_file_programme, "projects:programme_detail"),
    Subject(Disbursement, rules.can_file_disbursement, "projects:disbursement_detail"),
    Subject(VenueBooking, rules.can_file_booking, "projects:booking_detail"),
    Subject(Equipment, rules.can_edit_equipment, "projects:equipment_detail"),
    Subject(SupportGiven, rules.can_file_given, "projects:given_detail"),
    Subject(Incubation, rules.can_file_incubation, "projects:incubation_detail"),
    Subject(BudgetLine, rules.can_file_project, part_of="project", conceals=without_money),
    Subject(Completion, rules.can_file_project, part_of="project", conceals=without_money),
    Subject(Milestone, rules.can_file_project, part_of="project"),
    Subject(PlanChange, rules.can_file_project, part_of="project", conceals=without_money),
    Subject(ProgressReport, rules.can_file_project, part_of="project", conceals=without_money),
    Subject(ProjectPaper, rules.can_file_project, part_of="project"),
    Subject(Support, rules.can_file_project, part_of="project"),
)
