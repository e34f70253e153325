from typing import Any

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.record_types import subject_of
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.attachments.models import Attachment, Comment


def can_attach(user: User, record: Any) -> Verdict:
    """Who may add to the record: its kind says."""
    return subject_of(record).may_add(user, record)


def can_remove(user: User, attachment: Attachment, record: Any) -> Verdict:
    """Who brought it, as long as they may add to the record; and union staff over it."""
    if not (verdict := can_attach(user, record)):
        return verdict
    if user.pk == attachment.uploaded_by_id or user.holds(Role.COUNTY_STAFF, Role.TOWN_STAFF):
        return ALLOW
    return deny("只能移除自己上传的附件")


def can_comment(user: User, record: Any) -> Verdict:
    """Whoever works with the record; auditors and leadership look, and may say something too. Of a confidential record nobody."""
    if subject_of(record).is_confidential:
        return deny("涉及当事人的情况请写在办案经过里,那里加密保存")
    return ALLOW if user.areas or can_attach(user, record) else deny("您不能在这里批注")


def can_remove_comment(user: User, comment: Comment) -> Verdict:
    return ALLOW if user.pk == comment.by_id else deny("只能移除自己的批注")


def can_read_history(user: User) -> Verdict:
    """The portal-wide history is the auditors'."""
    return ALLOW if user.holds(Role.AUDITOR) else deny("全部变更记录由经审人员查看")
