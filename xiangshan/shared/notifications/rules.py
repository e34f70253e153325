from xiangshan.core.accounts.models import User
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.notifications.models import MESSAGE_READERS


def can_read_messages(user: User) -> Verdict:
    """To whom something was sent, and whether it arrived."""
    return ALLOW if user.holds(*MESSAGE_READERS) else deny("投递记录由县总工会工作人员和系统管理员查看")
