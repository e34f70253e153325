from typing import Any

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.record_types import record_type_of
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.attachments.models import Attachment


def can_attach(user: User, record: Any) -> Verdict:
    """Who may add to the record: its kind says."""
    return record_type_of(record).may_add(user, record)


def can_remove(user: User, attachment: Attachment, record: Any) -> Verdict:
    """Who brought it, as long as they may add to the record; and union staff over it."""
    if not (verdict := can_attach(user, record)):
        return verdict
    if user.pk == attachment.uploaded_by_id or user.holds(Role.COUNTY_STAFF, Role.TOWN_STAFF):
        return ALLOW
    return deny("只能移除自己上传的附件")
