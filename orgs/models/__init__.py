from orgs.models.branches import BranchCoverage, UnionBranch
from orgs.models.organizations import (
    FieldOfWork,
    KeySupport,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    validate_credit_code,
    validate_phone,
)
from orgs.models.people import DistinctOrganizations, Honour, OrganizationDuty, OrganizationMerge, ProfileProposal
from orgs.models.places import Employer, Venue
