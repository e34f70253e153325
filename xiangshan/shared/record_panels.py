"""What stands below every record on its page: files, comments, history."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import RecordType, locked_text, record_type_of
from xiangshan.core.rules import Verdict
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.attachments.rules import can_attach
from xiangshan.shared.comments.models import Comment
from xiangshan.shared.comments.rules import can_comment
from xiangshan.shared.comments.selectors import colleagues
from xiangshan.shared.history.selectors import RECENT, HistoryLine, entries_of, lines


@dataclass(frozen=True)
class RecordPanels:
    """What hangs on a record, and what its reader may add."""

    subject: RecordType
    key: int
    attachments: list[Attachment]
    may_read_files: Verdict
    comments: list[Comment]
    history: list[HistoryLine]
    can_attach: Verdict
    can_comment: Verdict
    colleagues: "QuerySet[User]"
    can_be_internal: bool
    locked: str  # why the record cannot be changed freely

    @property
    def attachments_text(self) -> str:
        return f"{len(self.attachments)} 个" if self.may_read_files else ""

    @property
    def comments_text(self) -> str:
        return f"{len(self.comments)} 条"


def panels_of(user: User, record: Any) -> RecordPanels:
    may_read = record_type_of(record).may_read_files(user, record)
    return RecordPanels(
        subject=record_type_of(record),
        key=record.pk,
        attachments=list(Attachment.objects.of(record).select_related("uploaded_by")) if may_read else [],
        may_read_files=may_read,
        comments=list(
            Comment.objects.of(record).visible_to(user).select_related("by").prefetch_related("mentions__user")
        ),
        history=lines(entries_of(record)[:RECENT], user),
        can_attach=can_attach(user, record),
        can_comment=can_comment(user, record),
        colleagues=colleagues(record, is_internal=False).exclude(pk=user.pk),
        can_be_internal=bool(user.areas),
        locked=locked_text(record),
    )
