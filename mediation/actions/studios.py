"""Studios, who works in them and who is on duty; the days the law sets, and the calendar they are counted by."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from mediation.holidays import announced_years, days_of_year
from mediation.models import CalendarDay, CalendarYear, DutyShift, Mediator, StatutoryTerm, Studio
from mediation.rules import studios as studio_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require


@transaction.atomic
def add(*, by: User, **values: Any) -> Studio:
    studio = Studio(**values)
    require(studio_rules.can_add_studios(by))
    return create(studio, by=by, verb="登记")


@transaction.atomic
def edit(studio: Studio, *, by: User, **values: Any) -> Studio:
    """更新; what stands in case numbers stays. Raises ValidationError."""
    studio = lock(studio)
    require(studio_rules.can_edit_studio(by, studio))
    if values.get("case_prefix", studio.case_prefix) != studio.case_prefix and studio.cases.exists():
        raise ValidationError({"case_prefix": "已有案件用了这个简称编号，不能更改"})
    return change(studio, by=by, verb="更新", **values)


@transaction.atomic
def add_mediator(studio: Studio, *, by: User, **values: Any) -> Mediator:
    """加入工作室. Access is another matter: a post, given by the administrator. Raises ValidationError."""
    require(studio_rules.can_edit_studio(by, studio))
    return create(Mediator(studio=studio, **values), by=by, verb="加入工作室")


@transaction.atomic
def edit_mediator(mediator: Mediator, *, by: User, **values: Any) -> Mediator:
    require(studio_rules.can_edit_studio(by, mediator.studio))
    return change(lock(mediator), by=by, verb="更新调解员", **values)


@transaction.atomic
def plan_duty(studio: Studio, days: Iterable[date], mediators: Iterable[Mediator], *, by: User) -> list[DutyShift]:
    """排班: one after the other, day by day, in place of what was planned for these days. Raises ValidationError."""
    studio = lock(studio)
    require(studio_rules.can_plan_duty(by, studio))
    days, turn = sorted(set(days)), list(mediators)
    if not turn or not days:
        raise ValidationError("请选择日期和值班的调解员")
    if strangers := [item for item in turn if item.studio_id != studio.pk]:
        raise ValidationError(f"{strangers[0]}不在{studio}")
    remove_many(DutyShift.objects.filter(mediator__studio=studio, day__in=days), by=by, verb="重排值班")
    made = []
    for n, day in enumerate(days):
        mediator = turn[n % len(turn)]
        if day < mediator.starts_on or (mediator.ends_on and day > mediator.ends_on):
            raise ValidationError(f"{mediator} {day} 不在工作室")
        made.append(create(DutyShift(mediator=mediator, day=day), by=by, verb="排班"))
    return made


@transaction.atomic
def add_term(*, by: User, **values: Any) -> StatutoryTerm:
    """登记法定期限: from a day on; what went before keeps counting for what began before. Raises ValidationError."""
    require(studio_rules.can_edit_terms(by))
    return create(StatutoryTerm(**values), by=by, verb="登记")


@transaction.atomic
def edit_term(term: StatutoryTerm, *, by: User, **values: Any) -> StatutoryTerm:
    require(studio_rules.can_edit_terms(by))
    return change(lock(term), by=by, verb="更新", **values)


@transaction.atomic
def fill_year(year: int, *, by: Any, source: str = "") -> CalendarYear:
    """填入一年的调休: from the package that knows the announcements; days staff set before are kept. Raises ValidationError."""
    if by is not None:
        require(studio_rules.can_edit_calendar(by))
    if year not in announced_years():
        raise ValidationError(f"{year} 年调休安排未公布，或平台还没有收录；公布后请逐日填写")
    known = set(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True))
    for day, is_working, name in days_of_year(year):
        if day not in known:
            create(CalendarDay(day=day, is_working=is_working, name=name), by=by, verb="填入")
    record = CalendarYear.objects.filter(year=year).first()
    return record or create(CalendarYear(year=year, source=source or "国务院办公厅节假日安排通知"), by=by, verb="填入")


@transaction.atomic
def keep_year(year: int, days: list[tuple[date, bool, str]], *, by: User, source: str) -> CalendarYear:
    """按公布的通知填写一年: every day that is not what its weekday says. Raises ValidationError."""
    require(studio_rules.can_edit_calendar(by))
    if wrong := [day for day, _, _ in days if day.year != year]:
        raise ValidationError(f"{wrong[0]} 不在 {year} 年")
    if not source.strip():
        raise ValidationError({"source": "请写明依据，如 国办发明电〔2026〕×号"})
    wanted = {day: (is_working, name) for day, is_working, name in days}
    known = {item.day: item for item in CalendarDay.objects.filter(day__year=year)}
    remove_many([one for day, one in known.items() if day not in wanted], by=by, verb="删去")
    for day, (is_working, name) in wanted.items():
        if day in known:
            change(lock(known[day]), by=by, verb="更新", is_working=is_working, name=name)
        else:
            create(CalendarDay(day=day, is_working=is_working, name=name), by=by, verb="填写")
    record = CalendarYear.objects.filter(year=year).first()
    if record is None:
        return create(CalendarYear(year=year, source=source), by=by, verb="填写")
    return change(lock(record), by=by, verb="更新", source=source)
