"""What can be imported: an app declares its registers with their columns, how a row finds its record, and who may write it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Model, QuerySet

from xiangshan.core.accounts.models import User
from xiangshan.core.rules import Verdict
from xiangshan.shared.imports.cells import Context
from xiangshan.shared.imports.layouts import bare_heading

Parse = Callable[[Any, Context], Any]


@dataclass(frozen=True)
class ImportColumn:
    """A column of a register: its heading, how its cells become values, and whether it may change a record."""

    name: str
    label: str
    parse: Parse
    format: Callable[[Any], str] = str  # a value as a spreadsheet shows it
    aliases: tuple[str, ...] = ()
    required: bool = False
    only_new: bool = False  # said when a record is made; changed later on its page only
    help: str = ""
    options: tuple[str, ...] = ()
    instead: str = ""  # where a file has no such column: the one whose cells tell it, asked about
    several: bool = False  # more than one column of a file may be read as this: what they say stands together

    def join(self, first: Any, second: Any) -> Any:
        """What two columns say of one field."""
        return [*first, *second] if isinstance(first, list) else f"{first}；{second}"


@dataclass(frozen=True)
class ImportSchema:
    """A register that takes spreadsheets."""

    name: str
    title: str
    model: type[Model]
    columns: tuple[ImportColumn, ...]
    # Ways in which a row finds its record, tried in order: each a tuple of fields.
    keys: tuple[tuple[str, ...], ...]
    # The records that rows which say this may be about, with what they are compared with.
    known: Callable[[User, list[dict[str, Any]]], QuerySet[Any]]
    may_import: Callable[[User], Verdict]
    may_write: Callable[[User, Any], Verdict]
    # The actions of the app: add(by, [(new record, all its row said)]), edit(by, {key: {field: value}}),
    # take_back(by, keys) of records the import made and nothing has come to depend on.
    add: Callable[..., Any]
    edit: Callable[..., Any]
    take_back: Callable[..., Any]
    page: str
    # Columns of the list that follow from other records: known, and left alone.
    computed: tuple[str, ...] = ()
    # What a row takes from elsewhere where it says nothing itself: before its record is looked for, and once it is new.
    complete: Callable[[dict[str, Any]], None] = lambda values: None
    completed: tuple[str, ...] = ()  # which columns of a key that is
    fill: Callable[[Any, dict[str, Any], Context], None] = lambda record, values, known: None
    # What holds for every row, as a ledger's titles tell: {field: what a cell would say}.
    told_by_titles: Callable[[str], dict[str, str]] = lambda titles: {}
    # Records a new row is likely to be, under another name: likely(all its row said, look-ups).
    likely: Callable[[dict[str, Any], Context], list[Any]] | None = None
    # What a row means in the past: it counts as 历史台账, and another person accepts it. None: it is written as it is agreed to.
    may_accept: Callable[[User, Any], Verdict] | None = None
    # By what its totals are shown beside the ledger's own: (title, key of a record's value, number of a record).
    totals: tuple[tuple[str, Callable[[Any], str]], ...] = ()
    counts: tuple[tuple[str, str], ...] = ()  # (label, field) that are added up

    @property
    def is_history(self) -> bool:
        return self.may_accept is not None

    @cached_property
    def by_name(self) -> dict[str, ImportColumn]:
        return {column.name: column for column in self.columns}

    @property
    def key_text(self) -> str:
        """By what a row is known again, in words: “统一社会信用代码”或“名称、所在地区”."""
        return "或".join(f"“{'、'.join(self.by_name[name].label for name in key)}”" for key in self.keys)

    @cached_property
    def _by_heading(self) -> dict[str, ImportColumn]:
        """A label goes before an alias, and a column before those that follow it."""
        result: dict[str, ImportColumn] = {}
        for column in self.columns:
            result.setdefault(bare_heading(column.label), column)
        for column in self.columns:
            for alias in column.aliases:
                result.setdefault(bare_heading(alias), column)
        return result

    def column_of(self, heading: str) -> ImportColumn | None:
        """The column of a heading, by its own or another usual name; spaces, brackets and stars do not matter."""
        return self._by_heading.get(bare_heading(heading))

    def is_known(self, heading: str) -> bool:
        """Whether a ledger of this register may have such a heading."""
        return heading in self._by_heading or heading in {bare_heading(name) for name in self.computed}


IMPORT_SCHEMAS: dict[str, ImportSchema] = {}


def offer(*registers: ImportSchema) -> None:
    IMPORT_SCHEMAS.update({register.name: register for register in registers})
