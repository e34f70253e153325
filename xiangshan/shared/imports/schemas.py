"""What can be imported: an app declares its registers with their columns, how a row finds its record, and who may write it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.rules import Verdict
from xiangshan.shared.forms import is_in_calendar

DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?: 00:00(?::00)?)?$|(\d{4})(\d{2})(\d{2})$"
)
Parse = Callable[[Any, "Lookups"], Any]


@dataclass
class Lookups:
    """Look-ups shared by all rows of a file: each name is read once."""

    user: User
    memory: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, build: Callable[[], Any]) -> Any:
        if key not in self.memory:
            self.memory[key] = build()
        return self.memory[key]


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


@dataclass(frozen=True)
class ImportSchema:
    """A register that takes spreadsheets."""

    name: str
    title: str
    model: type[Model]
    columns: tuple[ImportColumn, ...]
    # Ways in which a row finds its record, tried in order: each a tuple of fields.
    keys: tuple[tuple[str, ...], ...]
    known: Callable[[], QuerySet[Any]]  # all records, with what a row is compared with
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

    def column_of(self, heading: str) -> ImportColumn | None:
        """The column of a heading, by its own or another usual name; spaces, brackets and stars do not matter."""
        wanted = _bare(heading)
        for column in self.columns:
            if wanted in {_bare(name) for name in (column.label, *column.aliases)}:
                return column
        return None


def _bare(heading: str) -> str:
    return re.sub(r"[\s**()()::]", "", heading)


IMPORT_SCHEMAS: dict[str, ImportSchema] = {}


def offer(*registers: ImportSchema) -> None:
    IMPORT_SCHEMAS.update({register.name: register for register in registers})


# How cells become values. Each raises ValidationError with words for the person who filled them in. ------------------


def text(value: Any, known: Lookups) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def number(value: Any, known: Lookups) -> int | None:
    if value == "":
        return None
    entry = text(value, known).replace(",", "").replace(",", "")
    if not re.fullmatch(r"\d{1,9}", entry):
        raise ValidationError("应为不小于 0 的整数")
    return int(entry)


def day(value: Any, known: Lookups) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    entry = str(value).strip()
    if not entry:
        return None
    result = DAY.fullmatch(entry)
    try:
        year, month, on = (int(part) for part in result.groups() if part)  # type: ignore[union-attr]
        day = date(year, month, on)
    except (AttributeError, ValueError):
        raise ValidationError("日期应写成 2015-07-01") from None
    is_in_calendar(day)
    return day


def choice(choices: Iterable[tuple[str, Any]]) -> Parse:
    by_label = {str(label): code for code, label in choices}

    def parse(value: Any, known: Lookups) -> str | None:
        entry = str(value).strip()
        if not entry:
            return None
        if entry not in by_label:
            raise ValidationError(f"只能填：{'、'.join(by_label)}")
        return by_label[entry]

    return parse


def label_of(choices: Iterable[tuple[str, Any]]) -> Callable[[Any], str]:
    labels = {code: str(label) for code, label in choices}
    return lambda value: labels.get(value, "")


def area(value: Any, known: Lookups) -> Area | None:
    """By its code, by its name where only one of the importer's counties goes by it, or as “镇街 · 社区”."""
    entry = re.sub(r"\s*[·・]\s*", " · ", text(value, known))
    if not entry:
        return None
    areas = known.once("areas", lambda: _areas(known.user))
    result = areas.get(entry, [])
    if not result:
        town = next((one.name for found in areas.values() for one in found if one.level == Area.Level.TOWN), "")
        raise ValidationError(f"没有这个地区。请填镇乡街道或社区村的全称{f'，如“{town}”' if town else ''}")
    if len(result) > 1:
        raise ValidationError(f"有 {len(result)} 个同名地区，请写成“镇街 · 社区”，如“{area_label(result[0])}”")
    return result[0]


def area_label(value: Area | None) -> str:
    if value is None:
        return ""
    return f"{value.parent.name} · {value.name}" if value.level == Area.Level.COMMUNITY and value.parent else value.name


def _areas(user: User) -> dict[str, list[Area]]:
    result: dict[str, list[Area]] = {}
    for item in Area.objects.around(user.counties):
        for name in {item.code, str(item.pk), item.name, area_label(item)}:
            result.setdefault(name, []).append(item)
    return result


def record(model: type[Any], what: str, *names: str) -> Parse:
    """A reference by one of its names, among the records the importer may see."""

    def parse(value: Any, known: Lookups) -> Any:
        entry = text(value, known)
        if not entry:
            return None

        def build() -> dict[str, list[Any]]:
            result: dict[str, list[Any]] = {}
            for item in model.objects.visible_to(known.user):
                for name in {getattr(item, name) for name in names or ("name",)} - {""}:
                    result.setdefault(name, []).append(item)
            return result

        result = known.once(model, build).get(entry, [])
        if len(result) != 1:
            raise ValidationError(
                f"没有叫这个名称的{what}" if not result else f"有 {len(result)} 个同名{what}，请先在页面上区分"
            )
        return result[0]

    return parse


def name_of(value: Any) -> str:
    return "" if value is None else str(getattr(value, "name", value))


def day_text(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"


def plain_words(value: Any) -> str:
    return "" if value is None else str(value)
