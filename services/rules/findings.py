from services.models import Finding
from services.rules.sessions import STAFF
from xiangshan.core.accounts.models import User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_settle(user: User, finding: Finding) -> Verdict:
    """Union staff over the session; never the person who reported it."""
    if not user.holds(*STAFF, over=finding):
        return deny("疑点由该地区的工会工作人员处理")
    if user == finding.session.submitted_by:
        return deny("不能处理自己上报场次的疑点")
    return ALLOW if finding.status == Finding.Status.OPEN else deny(f"该疑点{finding.get_status_display()}")
