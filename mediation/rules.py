from mediation.models import MediationCase, Reception, Studio
from xiangshan.accounts.models import Role, User
from xiangshan.rules import ALLOW, Verdict, deny


def can_open_cases(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATOR, Role.MEDIATION_SUPERVISOR) else deny("案件由调解员登记")


def can_open_case(user: User, studio: Studio) -> Verdict:
    """The studio's mediators, and the supervisor of its area."""
    return ALLOW if user.holds(Role.MEDIATOR, Role.MEDIATION_SUPERVISOR, over=studio) else deny(f"您不在{studio}任职")


def can_edit_case(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_open_case(user, case.studio)):
        return verdict
    return ALLOW if case.status != case.Status.CLOSED else deny("案件已结案,不能修改")


def can_record_reception(user: User, studio: Studio) -> Verdict:
    return can_open_case(user, studio)


def can_edit_reception(user: User, reception: Reception) -> Verdict:
    return can_open_case(user, reception.studio)


def can_add_studios(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny("工作室由权益保障部门登记")


def can_edit_studio(user: User, studio: Studio) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR, over=studio) else deny("工作室由权益保障部门维护")
