"""Who hears of what happens to a project."""

from projects.models import SupportProject
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.on_records import page_of


def tell_union(project: SupportProject, role: str, key: str, text: str) -> None:
    """The county's staff, or its finance."""
    notify(holders(role, county_of(project.organization.area_id)), key, text, page_of(project))


def tell_leader(project: SupportProject, key: str, text: str) -> None:
    notify(holders(Role.ORG_LEADER, project.organization_id), key, text, page_of(project))
