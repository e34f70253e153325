"""What statements are reckoned from: facts of closed cases, a scheme's numbers, what was earned before."""

import calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from mediation.models import CallBack, MediationCase, RewardLine, RewardScheme, RewardStatement, Studio
from mediation.rewards import ZERO, EarnedReward, Facts, Rules, cut, reckon
from mediation.selectors.files import completeness_of
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within


def rules_of(scheme: RewardScheme) -> Rules:
    return Rules(
        bases={"general": scheme.base_general, "hard": scheme.base_hard, "major": scheme.base_major},
        unagreed_share=scheme.unagreed_share,
        paid_per_mille=scheme.paid_per_mille,
        paid_at_most=scheme.paid_at_most,
        group_extra=scheme.group_extra,
        late_after=scheme.late_after,
        late_minus=scheme.late_minus,
        case_at_most=scheme.case_at_most,
        studio_at_most=scheme.studio_at_most,
        least_complete=scheme.least_complete,
    )


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    last = quarter * 3
    return date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])


def facts_of(cases: list[MediationCase], statement: RewardStatement | None = None) -> list[Facts]:
    """Of closed cases. What a frozen statement paid for their disputes counts, unless it is this one; without one, nothing does."""
    complete = completeness_of(cases)
    paid_in: dict[int, str] = {}
    contradicted: set[int] = set()
    if statement is not None:
        paying = RewardLine.objects.filter(pays=True, dispute__in={case.dispute_id for case in cases})
        paid_in = dict(paying.exclude(statement=statement).values_list("dispute", "statement__number"))
        denied = CallBack.objects.filter(line__case__in=cases, result=CallBack.Result.CONTRADICTED)
        contradicted = set(denied.values_list("line__case", flat=True))
    return [
        Facts(
            case=case.pk,
            number=case.number,
            dispute=case.dispute_id,
            closed_on=case.closed_on or case.received_on,
            outcome=case.outcome,
            grade=case.grade if case.graded_by_id else "",
            paid=case.amount_paid,
            is_group=case.is_group,
            response_minutes=case.response_minutes,
            complete=complete[case.pk].per_cent,
            missing=tuple(complete[case.pk].missing),
            paid_in=paid_in.get(case.dispute_id, ""),
            contradicted=case.pk in contradicted,
        )
        for case in cases
    ]


def earned_before(statement: RewardStatement) -> Decimal:
    """What the studio's other statements of the year fixed already, in whatever order they were approved."""
    others = RewardStatement.objects.frozen().filter(studio=statement.studio_id, year=statement.year)
    lines = RewardLine.objects.filter(statement__in=others.exclude(pk=statement.pk))
    # What is taken back of another year makes no room in this one.
    counted = lines.filter(Q(takes_back__isnull=True) | Q(takes_back__statement__year=statement.year))
    return sum(counted.values_list("amount", flat=True), ZERO)


def reckoned(statement: RewardStatement) -> tuple[list[EarnedReward], Decimal]:
    """The lines as they would be today, and what the year's cap cuts."""
    first, last = quarter_days(statement.year, statement.quarter)
    cases = MediationCase.objects.filter(
        studio=statement.studio_id, status=MediationCase.Status.CLOSED, closed_on__range=(first, last)
    )
    rules = rules_of(statement.scheme)
    lines = reckon(rules, facts_of(list(cases), statement))
    return lines, cut(rules, lines, earned_before(statement))


@dataclass(frozen=True)
class SchemeDifference:
    """A case whose line would be another today."""

    case: MediationCase
    then: Decimal
    now: Decimal
    why: str


def differences_of(statement: RewardStatement) -> list[SchemeDifference]:
    """A frozen statement against what it would be today: shown, never written."""
    now = {line.facts.case: line for line in reckoned(statement)[0]}
    then: dict[int, Any] = {
        line.case_id or 0: line for line in statement.lines.filter(kind="case").select_related("case")
    }
    cases = MediationCase.objects.in_bulk([key for key in now if key not in then])
    items = []
    for key in sorted({*now, *then}):
        before = then[key].amount if key in then else ZERO
        after = now[key].amount if key in now else ZERO
        if before != after:
            why = now[key].why_not if key in now and now[key].why_not else "" if key in now else "不再是本季度结案"
            items.append(SchemeDifference(then[key].case if key in then else cases[key], before, after, why))
    return items


@dataclass(frozen=True)
class Trial:
    """A studio's year under two schemes."""

    studio: Studio
    cases: int
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return self.after - self.before


def what_if(user: User, first: RewardScheme, second: RewardScheme, year: int) -> list[Trial]:
    """Both schemes on the cases closed in a year where the user works, studio by studio; nothing is written."""
    reach = within(user.scope(Role.MEDIATION_SUPERVISOR, Role.FINANCE), "studio__area")
    closed = MediationCase.objects.filter(
        reach, status=MediationCase.Status.CLOSED, closed_on__year=year
    ).select_related("studio")
    by_studio: dict[Studio, list[MediationCase]] = defaultdict(list)
    for case in closed.order_by("pk"):
        by_studio[case.studio].append(case)
    items = []
    for studio, cases in sorted(by_studio.items(), key=lambda one: one[0].pk):
        facts, totals = facts_of(cases), []
        for scheme in (first, second):
            rules = rules_of(scheme)
            lines = reckon(rules, facts)
            totals.append(sum((line.amount for line in lines), ZERO) - cut(rules, lines, ZERO))
        items.append(Trial(studio, len(cases), *totals))
    return items
