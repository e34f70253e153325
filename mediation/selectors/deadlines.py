"""The days that matter for a case, by the law as it was on the day each began."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from mediation.deadlines import Deadline, Pause, Rule, Standing, UnknownYear, WorkingCalendar, last_day
from mediation.models import CalendarDay, CalendarYear, Instalment, MediationCase, StatutoryTerm

Code = StatutoryTerm.Code
# What somebody may do until then, or from then on, and need not: once it has passed it is no task any more.
CHANCES = (Code.REVIEW, Code.CONFIRMATION, Code.PAYMENT_ORDER)


@dataclass(frozen=True)
class Law:
    """All terms, and the calendar to count them by."""

    terms: list[StatutoryTerm]
    calendar: WorkingCalendar

    def term(self, code: str, day: date) -> StatutoryTerm | None:
        """As it stood on the day the term began."""
        fits = (
            item
            for item in self.terms
            if item.code == code
            and item.effective_from <= day
            and (item.effective_to is None or item.effective_to >= day)
        )
        return next(fits, None)


def known_law() -> Law:
    """Three queries; for many cases read it once."""
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    days = dict(CalendarDay.objects.values_list("day", "is_working"))
    return Law(list(StatutoryTerm.objects.all()), WorkingCalendar(years, days))


def deadlines_of(case: MediationCase, law: Law | None = None) -> list[Deadline]:
    """In the order of their beginning: what runs, what is over, and what cannot be said, each with its article."""
    law = law or known_law()
    begun: list[tuple[str, date, date | None]] = []
    refused_on = case.concluded_on if case.accepted_on is None else None
    begun.append((Code.ACCEPTANCE, case.received_on, case.accepted_on or refused_on))
    if case.accepted_on:
        begun.append((Code.MEDIATION, case.accepted_on, case.concluded_on))
    # Art. 27: for pay that is owed the year begins with the end of the employment; for anything else with the knowledge of it.
    of_pay = case.kind in (MediationCase.Kind.WAGES, MediationCase.Kind.OVERTIME)
    if known_on := (case.employment_ended_on if of_pay else None) or case.known_on:
        settled = case.concluded_on if case.outcome == MediationCase.Outcome.AGREED else None
        begun.append((Code.ARBITRATION, known_on, settled))
    agreement = next((item for item in case.agreements.all() if item.is_current), None)
    if agreement is not None:
        over = case.closed_on
        begun.append((Code.REVIEW, agreement.effective_on, over))
        begun.append((Code.CONFIRMATION, agreement.effective_on, over))
        late = next((instalment for instalment in agreement.instalments.all() if instalment.state == "late"), None)
        if late is not None:
            begun.append((Code.PAYMENT_ORDER, late.due_on, over))
    items = [_counted(law, code, start, done, case) for code, start, done in begun]
    return [item for item in items if item is not None]


def _counted(law: Law, code: str, start: date, done: date | None, case: MediationCase) -> Deadline | None:
    term = law.term(code, start)
    if term is None:
        return None
    pauses = [Pause(pause.starts_on, pause.ends_on) for pause in case.pauses.all()] if code == Code.MEDIATION else []
    due, unknown = None, ""
    try:
        due = last_day(start, Rule(term.count, term.unit, term.rolls_over), law.calendar, pauses)
    except UnknownYear as error:
        unknown = f"{error}，暂不能计算"
    except Standing:
        unknown = "期限中止中"
    except (ValueError, OverflowError):
        unknown = "日期太远，不能计算"
    return Deadline(code, str(term.get_code_display()), term.article, start, due, done, term.afterwards, unknown)


def next_due(case: MediationCase, law: Law | None = None) -> tuple[date | None, str]:
    """The next day somebody has to do something by, and what for; nothing for a case that is over."""
    if case.status not in MediationCase.OPEN:
        return None, ""
    today = timezone.localdate()
    waiting = [
        (deadline.due_on, deadline.name)
        for deadline in deadlines_of(case, law)
        if deadline.due_on and not deadline.done_on and not (deadline.code in CHANCES and deadline.due_on < today)
    ]
    unpaid = Instalment.objects.unpaid().filter(agreement__case=case).order_by("due_on", "pk").first()
    if unpaid is not None:
        waiting.append((unpaid.due_on, "协议分期付款"))
    return min(waiting, default=(None, ""))
