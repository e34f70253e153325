from typing import Any

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import record_type_of
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.attachments.rules import can_attach
from xiangshan.shared.comments.models import Comment


def can_comment(user: User, record: Any) -> Verdict:
    """Whoever works with the record; auditors and leadership look, and may say something too. Of a confidential record nobody."""
    if record_type_of(record).is_confidential:
        return deny("涉及当事人的情况请写在办案经过里，那里加密保存")
    return ALLOW if user.areas or can_attach(user, record) else deny("您不能在这里批注")


def can_remove_comment(user: User, comment: Comment) -> Verdict:
    return ALLOW if user.pk == comment.by_id else deny("只能移除自己的批注")
