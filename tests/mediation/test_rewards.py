"""What a case earns: each part hand-counted, and what holds whatever the cases are."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.rewards import Facts, Rules, cut, line_of, reckon

D = Decimal
RULES = Rules(
    bases={"general": D(200), "hard": D(500), "major": D(1000)},
    unagreed_share=50,
    paid_per_mille=5,
    paid_at_most=D(500),
    group_extra=D(300),
    late_after=120,
    late_minus=D(50),
    case_at_most=D(1500),
    studio_at_most=D(5000),
    least_complete=80,
)


def facts(case=1, **values):
    known = {
        "number": f"{case}号", "dispute": case, "closed_on": date(2020, 3, 1), "outcome": "agreed", "grade": "general",
        "paid": D(0), "is_group": False, "response_minutes": 10, "complete": 100,
    }  # fmt: skip
    return Facts(case=case, **{**known, **values})


def parts(**values):
    return [float(amount) for _, amount in line_of(RULES, facts(**values)).parts]


def test_each_part_by_hand():
    assert parts() == [200]
    assert parts(grade="hard", paid=D("43200")) == [500, 216.00]
    assert parts(paid=D("1000000")) == [200, 500]  # 5 per mille would be 5,000
    assert parts(paid=D("101.01")) == [200, 0.51]  # 0.50505, to the fen
    assert parts(outcome="failed", grade="hard") == [250.00]
    assert parts(is_group=True) == [200, 300]
    assert parts(response_minutes=120) == [200]
    assert parts(response_minutes=121) == [200, -50]
    assert parts(grade="major", paid=D("100000"), is_group=True) == [1000, 500, 300, -300]  # 1,800 capped at 1,500


def test_why_a_case_earns_nothing():
    for values, text in (
        ({"outcome": "withdrawn"}, "不计奖"),
        ({"outcome": "refused"}, "不计奖"),
        ({"contradicted": True}, "回访不实"),
        ({"complete": 79, "missing": ("调解协议",)}, "完整度 79%，低于 80%：缺调解协议"),
        ({"grade": ""}, "没有确认"),
        ({"paid_in": "象工奖补〔2020〕001号"}, "已在 象工奖补〔2020〕001号 计奖"),
    ):
        line = line_of(RULES, facts(**values))
        assert text in line.why_not
        assert line.amount == 0
    assert line_of(RULES, facts(complete=80)).amount == 200


def test_of_a_disputes_cases_one_earns():
    lines = reckon(RULES, [facts(1, dispute=9), facts(2, dispute=9, grade="hard"), facts(3)])
    assert [(line.facts.case, line.amount) for line in lines] == [(1, 0), (2, 500), (3, 200)]
    assert "已按 2号 计奖" in lines[0].why_not


def test_the_years_cap():
    lines = [line_of(RULES, facts(n, grade="major")) for n in range(1, 4)]
    assert cut(RULES, lines, D(0)) == 0
    assert cut(RULES, lines, D(2000)) == 0
    assert cut(RULES, lines, D("2000.01")) == D("0.01")
    assert cut(RULES, lines, D(9000)) == 3000  # never more than there is


cases = st.builds(
    lambda n, dispute, days, **values: facts(
        n, dispute=dispute, closed_on=date(2020, 1, 1) + timedelta(days=days), **values
    ),
    n=st.integers(1, 40),
    dispute=st.integers(1, 15),
    days=st.integers(0, 90),
    outcome=st.sampled_from(["agreed", "agreed", "failed", "withdrawn", "referred"]),
    grade=st.sampled_from(["general", "hard", "major", ""]),
    paid=st.decimals(0, 500_000, places=2),
    is_group=st.booleans(),
    response_minutes=st.none() | st.integers(0, 400),
    complete=st.integers(50, 100),
    contradicted=st.booleans(),
)


@given(st.lists(cases, max_size=25, unique_by=lambda one: one.case), st.randoms(), st.decimals(0, 6000, places=2))
@settings(max_examples=200, deadline=None)
def test_whatever_the_cases_are(found, chance, before):
    lines = reckon(RULES, found)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert reckon(RULES, shuffled) == lines, "the order does not matter"
    assert {line.facts.case for line in lines} == {one.case for one in found}, "each case has its line"
    for line in lines:
        assert line.amount == sum(amount for _, amount in line.parts)
        assert 0 <= line.amount <= RULES.case_at_most
        assert line.amount == line.amount.quantize(D("0.01"))
        assert line.amount > 0 or line.why_not or line.facts.outcome == "failed" or not line.parts
    paid = [line.facts.dispute for line in lines if line.amount > 0]
    assert len(paid) == len(set(paid)), "no dispute twice"
    together = sum((line.amount for line in lines), D(0))
    taken = cut(RULES, lines, before)
    assert 0 <= taken <= together
    assert before + together - taken <= max(RULES.studio_at_most, before), "the cap holds"
