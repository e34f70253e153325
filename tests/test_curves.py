"""Plan against done: each step where its day lies in the term, today marked, words that say the same."""

from datetime import date

from xiangshan.shared.curves import Curve

TERM = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 10), "whole": 4}


def test_each_done_is_a_step_on_its_day():
    curve = Curve(**TERM, days=[date(2026, 1, 5), date(2026, 1, 2), date(2026, 1, 5)], today=date(2026, 1, 6))
    assert curve.plan == "M0 100L600 0.0"
    assert curve.done == "M0 100H120.0V75.0H300.0V25.0H360.0"
    assert curve.now == 360.0
    assert curve.spoken == "计划 4 场，到今天应完成约 2 场，已完成 3 场"


def test_outside_the_term_nothing_leaves_the_paper():
    before = Curve(**TERM, days=[], today=date(2025, 12, 31))
    assert (before.now, before.due, before.done) == (None, 0, "M0 100H0.0")
    after = Curve(**TERM, days=[date(2026, 2, 1)] * 5, today=date(2026, 3, 1))
    assert (after.now, after.due) == (None, 4)
    assert after.done == "M0 100H600.0V0.0H600.0"
    assert after.plan == "M0 100L600 20.0", "five were done of four: the plan ends below"
