from services.models import FollowUp
from services.models.findings import FEEDBACK_READERS
from services.rules.sessions import STAFF
from xiangshan.core.accounts.models import User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_read_feedback(user: User) -> Verdict:
    return ALLOW if user.holds(*FEEDBACK_READERS) else deny("单份评价、回访与疑点由工会查看")


def can_follow_up(user: User, follow_up: FollowUp) -> Verdict:
    """Union staff over the session, while it is open."""
    if not user.holds(*STAFF, over=follow_up):
        return deny("差评回访由该地区的工会工作人员办理")
    return ALLOW if follow_up.outcome == FollowUp.Outcome.OPEN else deny("这项回访已经办结")
