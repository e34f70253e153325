from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.counties import County
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_set_up(user: User) -> Verdict:
    return ALLOW if user.holds(Role.ADMINISTRATOR) else deny("设置由系统管理员办理")


def can_change_county(user: User, county: County) -> Verdict:
    """Its own administrator, or the whole portal's."""
    return ALLOW if user.scope(Role.ADMINISTRATOR) & {0, county.pk} else deny("由本县的系统管理员设置")
