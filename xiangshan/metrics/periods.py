"""Months, quarters and years. A month is a number, 202011; a period is its first and last month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Func, IntegerField

FIRST_YEAR = 2018  # the first year the portal has figures of


def month_of(day: date) -> int:
    return day.year * 100 + day.month


class MonthOf(Func):
    """The same, computed by the database from a date. Django's own parts of a date are Python on SQLite, called for every row."""

    output_field = IntegerField()
    template = "(EXTRACT(YEAR FROM %(expressions)s) * 100 + EXTRACT(MONTH FROM %(expressions)s))::int"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(strftime('%%%%Y%%%%m', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


def first_day(month: int) -> date:
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    return date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])


def next_month(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89


@dataclass(frozen=True)
class Period:
    first: int
    last: int

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls(year * 100 + 1, year * 100 + 12)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        return cls(year * 100 + quarter * 3 - 2, year * 100 + quarter * 3)

    @classmethod
    def month(cls, month: int) -> "Period":
        return cls(month, month)

    @property
    def starts_on(self) -> date:
        return first_day(self.first)

    @property
    def ends_on(self) -> date:
        return last_day(self.last)

    @property
    def months(self) -> list[int]:
        result, month = [], self.first
        while month <= self.last:
            result.append(month)
            month = next_month(month)
        return result

    @property
    def params(self) -> dict[str, str]:
        """The same period as filters of a dashboard."""
        year, first, last = self.first // 100, self.first % 100, self.last % 100
        if (first, last) == (1, 12):
            return {"year": str(year)}
        if first == last:
            return {"year": str(year), "month": str(first)}
        return {"year": str(year), "quarter": str((first + 2) // 3)}

    def year_before(self) -> "Period":
        return Period(self.first - 100, self.last - 100)

    def __str__(self) -> str:
        year, first, last = self.first // 100, self.first % 100, self.last % 100
        if (first, last) == (1, 12):
            return f"{year} 年"
        if first == last:
            return f"{year} 年 {first} 月"
        return f"{year} 年第 {(first + 2) // 3} 季度"
