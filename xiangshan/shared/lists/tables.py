"""Lists, declared once as columns: from them follow the page, the sorting, the reader's choice of columns and the export."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache, cached_property
from html import escape  # of plain strings: Django's own looks at each for being lazy
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from xiangshan.core.money import as_yuan

Kind = Literal["text", "number", "yuan", "day", "moment", "choice", "badge", "flag"]
NUMERIC = ("number", "yuan")
# What stands for nothing while sorting: a page key can be compared with it on both databases.
ABSENT: dict[str, Any] = {
    "number": -1,
    "yuan": Decimal(-1),
    "day": date(1, 1, 1),
    "moment": datetime(1, 1, 2, tzinfo=timezone.get_fixed_timezone(0)),
    "flag": False,
}


@dataclass(frozen=True)
class Column:
    """A column: where its value comes from, how it is drawn, and to which record it leads."""

    name: str
    label: str
    path: Any = ""  # from the row: a path, or an expression that is never null; the name itself where left out
    kind: Kind = "text"
    choices: Sequence[tuple[Any, Any]] = ()
    link: str = ""  # the name of a page that takes the key found at link_path
    link_path: Any = "pk"
    format: Callable[[Any, Any], Any] | None = (
        None  # of its value and what stands at link_path, where neither says it alone
    )
    sortable: bool = True
    shown: bool = True  # until the reader chooses otherwise
    on_phone: bool = True

    @property
    def source(self) -> Any:
        return self.path or self.name

    @cached_property
    def _labels(self) -> dict[Any, Any]:
        return dict(self.choices)

    def value(self, row: dict[str, Any]) -> Any:
        """What it says, as a spreadsheet takes it."""
        value = row[f"c_{self.name}"]
        if self.format is not None:
            return self.format(value, row[f"k_{self.name}"])
        if self.choices:
            return self._labels.get(value, value)
        if isinstance(value, datetime):
            return timezone.localtime(value).replace(tzinfo=None)
        return value

    def cell(self, row: dict[str, Any]) -> str:
        """The table's cell, escaped; written out by hand, for a page has hundreds."""
        value = self.value(row)
        if value is None or value == "":
            return f"{self._opening}</td>"
        inner = escape(_formatted(self.kind, value))
        if self.kind == "badge":
            inner = f'<span class="badge s-{escape(str(row[f"c_{self.name}"]))}">{inner}</span>'
        if self.link and (key := row.get(f"k_{self.name}")):
            inner = f'<a href="{page_of(self.link, key)}">{inner}</a>'
        return f"{self._opening}{inner}</td>"

    @cached_property
    def _opening(self) -> str:
        return format_html('<td class="{}" data-label="{}">', self.css, self.label)

    @property
    def css(self) -> str:
        result = "n" if self.kind in NUMERIC else "nowrap" if self.kind in ("day", "moment") else ""
        return result if self.on_phone else f"{result} hide".strip()


def _formatted(kind: str, value: Any) -> str:
    if kind == "yuan":
        return as_yuan(value)
    if kind == "number":
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if kind == "flag":
        return "是" if value else "否"
    return str(value)


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[0])


def page_of(name: str, key: Any) -> str:
    """The address of a record's page; asked for once a name, not once a row."""
    before, _, after = _pattern(name).rpartition("0")
    return f"{before}{key}{after}"


@dataclass(frozen=True)
class ListAction:
    """What can be done to the rows picked: the name its page takes, and the words on the button."""

    name: str
    label: str


@dataclass(frozen=True)
class Table:
    """A list: its columns, the order it comes in, and what it says when there is nothing."""

    name: str
    title: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]  # paths that are never null, the last one unique
    empty: str = "没有符合条件的记录。换个条件，或清除筛选再看。"
    actions: tuple[ListAction, ...] = ()
    actions_page: str = ""
    # Looks up for many rows at once what the formats of their columns need, and writes it into them.
    prepare: Callable[[list[dict[str, Any]]], None] | None = None

    def without(self, *names: str) -> "Table":
        """The same list for somebody who may not see these columns."""
        return replace(self, columns=tuple(column for column in self.columns if column.name not in names))

    def unlinked(self, name: str) -> "Table":
        """The same list for somebody who may not open what this column leads to."""
        columns = tuple(replace(column, link="") if column.name == name else column for column in self.columns)
        return replace(self, columns=columns)

    def chosen(self, names: Iterable[str]) -> tuple[Column, ...]:
        """The columns of these names, in the list's own order; those shown by default where none is named."""
        names = set(names)
        return tuple(c for c in self.columns if c.name in names) or tuple(c for c in self.columns if c.shown)

    def sorted_by(self, word: str) -> tuple[Column | None, bool]:
        """The column a word of the address names, and whether it runs downwards; None for the list's own order."""
        name = word.removeprefix("-")
        result = next((c for c in self.columns if c.name == name and c.sortable), None)
        return result, word.startswith("-")

    def rows(self, queryset: QuerySet[Any], columns: Iterable[Column], sort: str = "") -> QuerySet[Any]:
        """The rows as plain values, in order: nothing is read that is not shown."""
        by, downwards = self.sorted_by(sort)
        values: dict[str, Any] = {}
        for column in columns:
            values[f"c_{column.name}"] = _expression(column.source)
            if column.link or column.format:
                values[f"k_{column.name}"] = _expression(column.link_path)
        order = list(self.order)
        if by is not None:
            values["sort_key"] = _never_null(queryset.model, by)
            order = ["-sort_key" if downwards else "sort_key", "-pk" if downwards else "pk"]
        plain = {name.lstrip("-") for name in order} | {"pk"}
        return queryset.values(*sorted(plain - values.keys()), **values).order_by(*order)


def _expression(source: Any) -> Any:
    return F(source) if isinstance(source, str) else source


def _never_null(model: Any, column: Column) -> Any:
    """What a column is sorted by. Nothing sorts as the smallest value, so that pages by key find their place."""
    if not isinstance(column.source, str):
        return column.source
    nullable = False
    for part in column.source.split("__"):
        if part == "pk":
            continue
        try:
            step: Any = model._meta.get_field(part)
        except FieldDoesNotExist:
            return F(column.source)  # an annotation, which its queryset keeps from being null
        nullable = nullable or bool(getattr(step, "null", False))
        model = step.related_model or model
    return Coalesce(F(column.source), Value(ABSENT.get(column.kind, ""))) if nullable else F(column.source)


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, and where a click sorts by it."""

    label: str
    css: str
    sort: str  # what the address says after a click; empty where it cannot be sorted by
    direction: str  # ascending, descending or empty: what a screen reader says


PICK = '<td class="pick"><input type="checkbox" class="form-check-input" name="pk" value="{}" aria-label="选中这一行"></td>'


@dataclass
class Drawn:
    """A list as its page shows it: heads and drawn rows."""

    table: Table
    columns: tuple[Column, ...]
    sort: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    can_pick: bool = False

    @property
    def heads(self) -> list[Head]:
        by, downwards = self.table.sorted_by(self.sort)
        items = []
        for column in self.columns:
            here = by is not None and by.name == column.name
            sort = f"-{column.name}" if here and not downwards else column.name
            direction = ("descending" if downwards else "ascending") if here else ""
            items.append(Head(column.label, column.css, sort if column.sortable else "", direction))
        return items

    @property
    def body(self) -> SafeString:
        """The rows, and a box to pick each by; not a template's loop, for it is most of a page."""
        return mark_safe("".join([self._row(row) for row in self.rows]))  # noqa: S308  (each cell is escaped)

    def _row(self, row: dict[str, Any]) -> str:
        pick = PICK.format(row["pk"]) if self.can_pick else ""
        return f"<tr>{pick}{''.join([column.cell(row) for column in self.columns])}</tr>"
