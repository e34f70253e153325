from mediation.models import Studio
from mediation.models.studios import CASE_READERS
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_add_studios(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny("工作室由权益保障部门登记")


def can_edit_studio(user: User, studio: Studio) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR, over=studio) else deny("工作室由权益保障部门维护")


def can_plan_duty(user: User, studio: Studio) -> Verdict:
    """The studio's mediators among themselves, and the supervisor."""
    allowed = user.holds(Role.MEDIATOR, Role.MEDIATION_SUPERVISOR, over=studio)
    return ALLOW if allowed else deny("值班由工作室自己安排")


def can_edit_terms(user: User) -> Verdict:
    """The law is the same for everybody: whoever supervises mediation keeps its days."""
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny("法定期限由权益保障部门维护")


def can_edit_calendar(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny("工作日历由权益保障部门维护")


def can_read_overview(user: User) -> Verdict:
    return ALLOW if user.holds(*CASE_READERS) else deny("调解概况由县总工会查看")
