"""What waits for somebody, in one list by urgency: late, today, this week, later; each with its one action."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from xiangshan.shared.history.turns import turned_at

FETCHED = 50  # rows of a kind that are read and listed; beyond them they are only counted
SHOWN = 8  # of each urgency, until one asks for all
ANSWER_DAYS = 7  # no rule sets a day: what waits for an answer is due a week after it came
TURNED_AT = "turned_at"  # as a path of `due`: the moment the row came to its present status, by its history
SINCE_IT_CAME = (TURNED_AT, ANSWER_DAYS)
LATE, TODAY, WEEK, LATER = "late", "today", "week", "later"
URGENCIES = {LATE: "逾期", TODAY: "今天", WEEK: "本周", LATER: "以后"}


@dataclass(frozen=True)
class WaitingKind:
    """One kind of thing that waits: what it is called, what it asks for, and the list of all of them."""

    code: str
    title: str
    hint: str
    action: str
    counts: dict[str, int]
    all_link: str
    are_all: bool = True  # whether the list behind the link holds exactly these

    @property
    def count(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: where it is done, and by when."""

    kind: WaitingKind
    link: str
    text: str
    about: str
    due_on: date | None
    done_page: str = ""  # where a press says that it is done, with `key`
    key: Any = None

    def urgency(self, today: date) -> str:
        return urgency_of(self.due_on, today)


def urgency_of(day: date | None, today: date) -> str:
    if day is None:
        return LATER
    if day < today:
        return LATE
    if day == today:
        return TODAY
    return WEEK if day <= _sunday(today) else LATER


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


@dataclass
class Urgency:
    """A part of the list: its name, how many there are, and those shown."""

    code: str
    title: str
    count: int
    items: list[Waiting]

    @property
    def left(self) -> int:
        return self.count - len(self.items)


@dataclass
class Desk:
    """Everything that waits for one reader on a day, collected kind by kind."""

    today: date
    kinds: list[WaitingKind] = field(default_factory=list)
    items: list[Waiting] = field(default_factory=list)

    def offer(
        self,
        code: str,
        title: str,
        hint: str,
        rows: QuerySet[Any],
        *,
        action: str,
        page: str = "",
        due: tuple[str, int] | None,
        text: Callable[[Any], Any] = str,
        about: Callable[[Any], Iterable[Any]] = lambda row: (),
        key: Callable[[Any], Any] = lambda row: row.pk,
        link: Callable[[Any], str] | None = None,
        part: str = "",
        all_page: str = "",
        are_all: bool = True,
        done_page: str = "",
        **params: Any,
    ) -> None:
        """Adds a kind. `due` is the path of a day or moment of the row, and how many days after it the row is due; none: at once.

        A row is dealt with on `page` at `key`, or where `link` says. `all_page` with `params` is the list that holds exactly
        these, or more than these where `are_all` says so.
        """
        if due and due[0] == TURNED_AT:
            # What has no history (it was brought in) is due today.
            unknown = Value(timezone.now() - timedelta(days=due[1]), DateTimeField())
            rows = rows.annotate(turned_at=Coalesce(turned_at(rows.model), unknown))
        first = list(rows[: FETCHED + 1])
        if not first:
            return
        too_many = due and len(first) > FETCHED
        if due and too_many:
            first = self._nearest(rows, *due)
        dues = [_day(row, *due) if due else self.today for row in first]
        if due and too_many:
            counts = self._counted(rows, *due)
        else:
            counts = {name: sum(urgency_of(day, self.today) == name for day in dues) for name in URGENCIES}
        all_link = f"{reverse(all_page)}{'?' + urlencode(params) if params else ''}" if all_page else ""
        kind = WaitingKind(code, title, hint, action, counts, all_link, are_all)
        self.kinds.append(kind)
        for row, day in list(zip(first, dues, strict=True))[:FETCHED]:
            where = link(row) if link else reverse(page, args=[key(row)]) + part
            words = " · ".join(str(part) for part in about(row) if part)
            self.items.append(Waiting(kind, where, str(text(row)), words, day, done_page, row.pk))

    def _nearest(self, rows: QuerySet[Any], path: str, days: int) -> list[Any]:
        """Too many to read: what is due until the week's end, the newest first, then what comes next."""
        until = self._before(rows, path, days)(_sunday(self.today) + timedelta(days=1))
        near = list(rows.filter(until).order_by(F(path).desc(), "pk")[:FETCHED])
        later = rows.filter(~until | Q(**{f"{path}__isnull": True}))
        return near + list(later.order_by(F(path).asc(nulls_last=True), "pk")[: FETCHED - len(near)])

    def _before(self, rows: QuerySet[Any], path: str, days: int) -> Callable[[date], Q]:
        """Asks for what is due before a day: a moment is compared with that day's first, of the county."""
        as_moment = _is_moment(rows.model, path)

        def before(day: date) -> Q:
            border: Any = day - timedelta(days=days)
            if as_moment:
                border = timezone.make_aware(datetime.combine(border, time.min))
            return Q(**{f"{path}__lt": border})

        return before

    def _counted(self, rows: QuerySet[Any], path: str, days: int) -> dict[str, int]:
        """How many are how urgent, by the database: too many to read."""
        before = self._before(rows, path, days)
        one_day = timedelta(days=1)
        late, today = before(self.today), before(self.today + one_day)
        week = before(_sunday(self.today) + one_day)
        found = rows.order_by().aggregate(
            all=Count("pk", distinct=True),
            late=Count("pk", filter=late, distinct=True),
            today=Count("pk", filter=today, distinct=True),
            week=Count("pk", filter=week, distinct=True),
        )
        return {
            LATE: found["late"],
            TODAY: found["today"] - found["late"],
            WEEK: found["week"] - found["today"],
            LATER: found["all"] - found["week"],
        }

    @property
    def count(self) -> int:
        return sum(kind.count for kind in self.kinds)

    def urgencies(self, kind: str = "", urgency: str = "") -> list[Urgency]:
        """The list by urgency, of one kind where one is named; one urgency whole where it is named. Empty parts are left out.

        What is late begins with what became so last: a session of years ago does not head the list of today.
        """
        found = []
        for code, title in URGENCIES.items():
            if urgency and code != urgency:
                continue
            count = sum(one.counts[code] for one in self.kinds if kind in ("", one.code))
            items = [item for item in self.items if kind in ("", item.kind.code) and item.urgency(self.today) == code]
            items.sort(key=lambda item: item.due_on or date.max, reverse=code == LATE)
            if count:
                found.append(Urgency(code, title, count, items if urgency or kind else items[:SHOWN]))
        return found


def _is_moment(model: Any, path: str) -> bool:
    if path == TURNED_AT:
        return True
    *relations, name = path.split("__")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    return isinstance(model._meta.get_field(name), DateTimeField)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


def _day(row: Any, path: str, days: int) -> date | None:
    value = _value(row, path)
    if value is None:
        return None
    return (timezone.localtime(value).date() if isinstance(value, datetime) else value) + timedelta(days=days)
