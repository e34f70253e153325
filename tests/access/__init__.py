"""Who may open which address, and who may do what there: one row for every URL of the portal."""

from tests.access import figures, mediation, orgs, portal, projects, services
from tests.access.rows import CASES, FIGURES, READERS, ROLES, Row

TABLE: dict[str, Row] = {
    name: row for part in (portal, figures, orgs, services, projects, mediation) for name, row in part.TABLE.items()
}

__all__ = ["CASES", "FIGURES", "READERS", "ROLES", "TABLE", "Row"]
