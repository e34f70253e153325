"""What the portal-wide history shows, column by column."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from xiangshan.core.record_types import RECORD_TYPES
from xiangshan.shared.history import selectors
from xiangshan.shared.lists.tables import Column, Table


def history_table() -> Table:
    """Known only once all apps have said what their records are."""
    kinds = [(subject.kind, subject.title) for subject in RECORD_TYPES.values()]
    return Table(
        "history",
        "变更记录",
        (
            Column("timestamp", "时间", kind="moment"),
            Column("actor", "操作人", Coalesce("actor__name", Value("系统"))),
            Column("verb", "操作", F("additional_data__verb"), sortable=False),
            Column("action", "动作", kind="choice", choices=list(selectors.ACTIONS.items()), shown=False),
            Column("kind", "种类", "content_type__model", kind="choice", choices=kinds),
            Column("object_repr", "记录", sortable=False),
            Column("changes", "变化", link_path="content_type__model", format=selectors.change_text, sortable=False),
            Column("reason", "说明", F("additional_data__reason"), sortable=False),
            Column("remote_addr", "来源地址", sortable=False, shown=False),
        ),
        order=("-timestamp", "-pk"),
        empty="没有符合条件的变更记录。",
        prepare=selectors.name_references,
    )


def content_type_of(kind: str) -> ContentType | None:
    return RECORD_TYPES[kind].content_type if kind in RECORD_TYPES else None
