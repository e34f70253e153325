"""Which records of this app carry files, comments and a history."""

from mediation import rules
from mediation.models import MediationCase, Reception, Studio
from xiangshan.subjects import Subject, offer

offer(
    Subject(Studio, rules.can_edit_studio, "mediation:studio_detail"),
    Subject(MediationCase, rules.can_edit_case, "mediation:case_detail"),
    Subject(Reception, rules.can_edit_reception, part_of="studio"),
)
