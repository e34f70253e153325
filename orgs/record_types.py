"""Which records of this app carry files, comments and a history."""

from orgs import rules
from orgs.models import (
    BranchCoverage,
    Employer,
    Honour,
    KeySupport,
    OrganizationDuty,
    ProfileProposal,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    UnionBranch,
    Venue,
)
from xiangshan.core.record_types import RecordType, offer

offer(
    RecordType(SocialOrganization, rules.can_keep_organization, "orgs:organization_detail"),
    RecordType(UnionBranch, rules.can_edit_branch, "orgs:branch_detail"),
    RecordType(Venue, rules.can_edit_place, "orgs:venue_detail"),
    RecordType(Employer, rules.can_edit_place, "orgs:employer_detail"),
    *(
        RecordType(part, rules.can_write, part_of="organization")
        for part in (StageSpan, KeySupport, BranchCoverage, StrengthReport, OrganizationDuty, Honour, ProfileProposal)
    ),
)
