from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_read_history(user: User) -> Verdict:
    """The portal-wide history is the auditors'."""
    return ALLOW if user.holds(Role.AUDITOR) else deny("全部变更记录由经审人员查看")
