"""Accounts carry a history, which auditors read."""

from xiangshan.core.accounts.models import Post, PostRequest, User
from xiangshan.core.record_types import RecordType, offer
from xiangshan.core.rules import deny

NO_FILES = deny("账号不带附件")

offer(
    RecordType(User, lambda user, record: NO_FILES, "people:person_detail"),
    RecordType(Post, lambda user, record: NO_FILES, part_of="user"),
    RecordType(PostRequest, lambda user, record: NO_FILES, part_of="user"),
)
