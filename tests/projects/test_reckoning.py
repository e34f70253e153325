"""What needs no database: when reports are due, who judges what, places and the line."""

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from projects.ranking import RankedProject, placed, spread_evenly, with_line
from projects.reporting import reports_due


def test_reports_by_rhythm_by_date_and_by_milestone():
    due = reports_due(
        "quarterly",
        date(2026, 1, 31),
        date(2026, 12, 31),
        days=[date(2026, 6, 1)],
        milestones=[(7, "开课", date(2026, 3, 1))],
    )
    assert [(one.on, one.title, one.milestone, one.is_final) for one in due] == [
        (date(2026, 3, 8), "“开课”达成报告", 7, False),
        (date(2026, 4, 30), "第 1 期进展报告", None, False),
        (date(2026, 6, 1), "2026-06-01 专题报告", None, False),
        (date(2026, 7, 31), "第 2 期进展报告", None, False),
        (date(2026, 10, 31), "第 3 期进展报告", None, False),
        (date(2027, 1, 30), "总结报告", None, True),
    ]


def test_the_last_report_is_always_due():
    assert [one.title for one in reports_due("", date(2026, 1, 1), date(2026, 2, 1))] == ["总结报告"]
    monthly = reports_due("monthly", date(2024, 1, 29), date(2024, 4, 29))
    assert [one.on for one in monthly[:-1]] == [date(2024, 2, 29), date(2024, 3, 29)]


class Asked:
    def __init__(self, pk: int, amount: Decimal) -> None:
        self.pk, self.requested_amount = pk, amount


MEANS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=12)


@given(MEANS, st.integers(0, 300))
def test_equal_means_share_a_place_and_money_ends_once(rows, budget):
    asked = [Asked(n, Decimal(amount)) for n, (_, amount) in enumerate(rows)]
    ranked = with_line(
        placed(RankedProject(one, Decimal(mean), Decimal(0)) for one, (mean, _) in zip(asked, rows, strict=True)),
        Decimal(budget),
    )
    means = Counter(one.mean for one in ranked)
    for one in ranked:
        assert one.place == 1 + sum(1 for other in ranked if other.mean > one.mean)
        assert one.is_tied is (means[one.mean] > 1)
    inside = [one for one in ranked if one.within]
    assert ranked[: len(inside)] == inside
    assert sum(one.project.requested_amount for one in inside) <= budget
    if len(inside) < len(ranked):
        assert ranked[len(inside)].together > budget


@given(
    st.integers(0, 12), st.integers(1, 6), st.integers(1, 4), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 5)))
)
def test_reviewers_are_spread_evenly_and_nobody_barred(projects, people, each, barred):
    pairs, short = spread_evenly(range(projects), range(people), each, barred=barred, load={})
    assert not set(pairs) & barred
    assert len(set(pairs)) == len(pairs)
    having = Counter(project for project, _ in pairs)
    for project in range(projects):
        free = sum((project, one) not in barred for one in range(people))
        assert having[project] == min(each, free)
        assert (project in short) is (free < each)
    if not barred and pairs:
        loads = Counter(one for _, one in pairs)
        assert max(loads.values()) - min(loads[one] for one in range(people)) <= 1
