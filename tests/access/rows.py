"""Roles by what they read, and what a row of the table says."""

from dataclasses import dataclass, field
from typing import Any

ROLES = (
    "county_staff",
    "town_staff",
    "org_leader",
    "mediator",
    "mediation_supervisor",
    "finance",
    "leadership",
    "auditor",
    "administrator",
)
EVERYBODY = set(ROLES)
# Whoever works in a county.
WORKING = EVERYBODY - {"administrator"}
AREA = {"county_staff", "town_staff", "mediation_supervisor", "finance", "leadership", "auditor"}
READERS = AREA | {"org_leader"}
STAFF = {"county_staff", "town_staff"}
COUNTY = {"county_staff"}
MONEY = READERS - {"town_staff"}
UNION = AREA - {"town_staff"}
REQUESTS = {"county_staff", "town_staff", "leadership", "auditor", "org_leader"}
FEEDBACK = {"county_staff", "town_staff", "leadership", "auditor"}
CASES = {"county_staff", "mediation_supervisor", "leadership", "auditor", "mediator"}
HANDLERS = {"mediation_supervisor", "mediator"}
SUPERVISOR = {"mediation_supervisor"}
REWARDS = {"mediation_supervisor", "finance", "leadership", "auditor", "mediator"}
FIGURES = READERS | {"mediator"}
SHARERS = {"county_staff", "leadership"}
# Who keeps accounts, helps with them, or reads their history.
ACCOUNTS = {"administrator", "county_staff", "town_staff", "leadership", "auditor"}
HELPERS = {"administrator", "county_staff", "town_staff"}
FROZEN = {"county_staff", "leadership", "auditor"}


@dataclass(frozen=True)
class Row:
    """Who sees the record (others: 404), and who of them may do it (others: 403). Without `record` there is nothing to see first."""

    may: set[str]
    record: str = ""
    sees: frozenset[str] | set[str] = frozenset()
    # What those who do not see a record of their own area see of a foreign one: registers everybody shares are seen everywhere.
    shared: bool = False
    post: bool = False
    ok: int = 200
    nobody: int = 302
    query: str = ""
    special: dict[str, int] = field(default_factory=dict)

    def expected(self, role: str, foreign: bool) -> int:
        if role in self.special:
            return self.special[role]
        if not self.record:
            return self.ok if role in self.may else 403
        if role not in self.sees or (foreign and not self.shared):
            return 404
        if foreign and self.may != self.sees:
            return 403
        return self.ok if role in self.may else 403


def listed(may: set[str] = EVERYBODY) -> Row:
    return Row(may)


def of(record: str, sees: set[str], may: set[str] | None = None, **more: Any) -> Row:
    return Row(sees if may is None else may, record, sees, **more)
