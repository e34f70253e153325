"""What happens to organizations, branches and places. Lock, require, change, afterwards."""

from orgs.actions.branches import add_branch, cover_organization, edit_branch, end_coverage
from orgs.actions.imports import (
    edit_records,
    import_organizations,
    import_records,
    import_strengths,
    take_back_organizations,
    take_back_records,
)
from orgs.actions.merging import keep_apart, merge_organizations, undo_merge
from orgs.actions.organizations import (
    add_organization,
    change_stage,
    change_stages,
    edit_organization,
    report_strength,
    set_key_support,
    set_key_supports,
)
from orgs.actions.people import (
    accept_proposal,
    add_duty,
    add_honour,
    end_duty,
    hand_over,
    propose_profile,
    refuse_proposal,
    remove_honour,
    withdraw_proposal,
)
from orgs.actions.places import add_employer, add_venue, edit_employer, edit_venue

__all__ = [
    "accept_proposal",
    "add_branch",
    "add_duty",
    "add_employer",
    "add_honour",
    "add_organization",
    "add_venue",
    "change_stage",
    "change_stages",
    "cover_organization",
    "edit_branch",
    "edit_employer",
    "edit_organization",
    "edit_records",
    "edit_venue",
    "end_coverage",
    "end_duty",
    "hand_over",
    "import_organizations",
    "import_records",
    "import_strengths",
    "keep_apart",
    "merge_organizations",
    "propose_profile",
    "refuse_proposal",
    "remove_honour",
    "report_strength",
    "set_key_support",
    "set_key_supports",
    "take_back_organizations",
    "take_back_records",
    "undo_merge",
    "withdraw_proposal",
]
