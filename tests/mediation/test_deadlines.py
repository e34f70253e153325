"""The law's days on worked examples: each with the notice or article it rests on, counted by hand."""

from datetime import date

import pytest

from mediation.deadlines import Deadline, Pause, Rule, Standing, UnknownYear, WorkingCalendar, last_day
from mediation.holidays import announced_years, days_of_year
from mediation.selectors.deadlines import known_law

D = date
ACCEPT = Rule(3, "working", False)  # 企业劳动争议协商调解规定 art. 22
MEDIATE = Rule(15, "day", False)  # 劳动争议调解仲裁法 art. 14
REVIEW = Rule(15, "day", True)  # 企业劳动争议协商调解规定 art. 27, 民法典 art. 203
CONFIRM = Rule(30, "day", True)  # 民事诉讼法 art. 205, 民法典 art. 203
ARBITRATE = Rule(1, "year", True)  # 劳动争议调解仲裁法 art. 27, 民法典 art. 202, 203
N2020 = "国办发明电〔2019〕16号； spring prolonged to 2 February by 国办发明电〔2020〕1号"
N2021, N2022, N2023 = "国办发明电〔2020〕27号", "国办发明电〔2021〕11号", "国办发明电〔2022〕16号"
N2024, N2025, N2026 = "国办发明电〔2023〕7号", "国办发明电〔2024〕12号", "国办发明电〔2025〕7号"
PLAIN = "no holiday near"

EXAMPLES = [
    # Acceptance within three working days.
    (ACCEPT, D(2020, 6, 1), D(2020, 6, 4), PLAIN + ": Monday, so Thursday"),
    (ACCEPT, D(2020, 6, 3), D(2020, 6, 8), PLAIN + ": Wednesday, over a weekend"),
    (ACCEPT, D(2020, 6, 5), D(2020, 6, 10), PLAIN + ": Friday"),
    (ACCEPT, D(2020, 6, 6), D(2020, 6, 10), PLAIN + ": Saturday counts from Monday"),
    (ACCEPT, D(2020, 6, 23), D(2020, 6, 29), N2020 + ": dragon boat 25-27 June, Sunday 28 worked"),
    (ACCEPT, D(2020, 6, 24), D(2020, 6, 30), N2020 + ": dragon boat 25-27 June, Sunday 28 worked"),
    (ACCEPT, D(2020, 1, 22), D(2020, 2, 4), N2020 + ": 23 January worked, off 24 January to 2 February"),
    (ACCEPT, D(2020, 1, 23), D(2020, 2, 5), N2020 + ": off 24 January to 2 February"),
    (ACCEPT, D(2020, 4, 3), D(2020, 4, 9), N2020 + ": tomb sweeping 4-6 April"),
    (ACCEPT, D(2020, 4, 30), D(2020, 5, 8), N2020 + ": labour day 1-5 May; 9 May worked"),
    (ACCEPT, D(2020, 5, 7), D(2020, 5, 11), N2020 + ": Saturday 9 May worked"),
    (ACCEPT, D(2020, 9, 25), D(2020, 9, 29), N2020 + ": Sunday 27 September worked"),
    (ACCEPT, D(2020, 9, 30), D(2020, 10, 12), N2020 + ": off 1-8 October, Saturday 10 worked"),
    (ACCEPT, D(2020, 10, 9), D(2020, 10, 13), N2020 + ": Saturday 10 October worked"),
    (ACCEPT, D(2020, 12, 30), D(2021, 1, 5), N2021 + ": over the year's end, off 1-3 January"),
    (ACCEPT, D(2021, 2, 10), D(2021, 2, 20), N2021 + ": off 11-17 February, Saturday 20 worked"),
    (ACCEPT, D(2021, 2, 5), D(2021, 2, 9), N2021 + ": Sunday 7 February worked"),
    (ACCEPT, D(2021, 4, 30), D(2021, 5, 8), N2021 + ": off 1-5 May, Saturday 8 worked"),
    (ACCEPT, D(2021, 9, 17), D(2021, 9, 23), N2021 + ": Saturday 18 worked, off 19-21 September"),
    (ACCEPT, D(2021, 9, 30), D(2021, 10, 11), N2021 + ": off 1-7 October, Saturday 9 worked"),
    (ACCEPT, D(2022, 1, 28), D(2022, 2, 7), N2022 + ": 29 and 30 January worked, off 31 January to 6 February"),
    (ACCEPT, D(2022, 3, 31), D(2022, 4, 6), N2022 + ": Saturday 2 April worked, off 3-5 April"),
    (ACCEPT, D(2022, 4, 29), D(2022, 5, 7), N2022 + ": off 30 April to 4 May, Saturday 7 worked"),
    (ACCEPT, D(2022, 12, 30), D(2023, 1, 5), N2023 + ": over the year's end, off 31 December to 2 January"),
    (ACCEPT, D(2023, 1, 20), D(2023, 1, 30), N2023 + ": off 21-27 January, 28 and 29 worked"),
    (ACCEPT, D(2023, 4, 21), D(2023, 4, 25), N2023 + ": Sunday 23 April worked"),
    (ACCEPT, D(2023, 6, 21), D(2023, 6, 27), N2023 + ": off 22-24 June, Sunday 25 worked"),
    (ACCEPT, D(2023, 9, 28), D(2023, 10, 9), N2023 + ": off 29 September to 6 October, 7 and 8 worked"),
    (ACCEPT, D(2024, 2, 9), D(2024, 2, 20), N2024 + ": Friday 9 worked, off 10-17 February, Sunday 18 worked"),
    (ACCEPT, D(2024, 4, 3), D(2024, 4, 9), N2024 + ": off 4-6 April, Sunday 7 worked"),
    (ACCEPT, D(2024, 4, 26), D(2024, 4, 30), N2024 + ": Sunday 28 April worked"),
    (ACCEPT, D(2024, 9, 30), D(2024, 10, 10), N2024 + ": off 1-7 October, Saturday 12 later worked"),
    (ACCEPT, D(2024, 12, 31), D(2025, 1, 6), N2025 + ": only 1 January off"),
    (ACCEPT, D(2025, 1, 24), D(2025, 2, 5), N2025 + ": Sunday 26 worked, off 28 January to 4 February"),
    (ACCEPT, D(2025, 4, 25), D(2025, 4, 29), N2025 + ": Sunday 27 April worked"),
    (ACCEPT, D(2025, 9, 30), D(2025, 10, 11), N2025 + ": off 1-8 October, Saturday 11 worked"),
    (ACCEPT, D(2026, 2, 13), D(2026, 2, 25), N2026 + ": Saturday 14 worked, off 15-23 February"),
    (ACCEPT, D(2026, 4, 30), D(2026, 5, 8), N2026 + ": off 1-5 May"),
    (ACCEPT, D(2026, 9, 30), D(2026, 10, 10), N2026 + ": off 1-7 October, Saturday 10 worked"),
    # Fifteen days of mediation: plain days, whatever day the last one is.
    (MEDIATE, D(2020, 3, 2), D(2020, 3, 17), "调解仲裁法 art. 14； 民法典 art. 201: the first day does not count"),
    (MEDIATE, D(2020, 2, 20), D(2020, 3, 6), "art. 14: over a leap day"),
    (MEDIATE, D(2021, 2, 20), D(2021, 3, 7), "art. 14: the same without one, ending on a Sunday"),
    (MEDIATE, D(2020, 12, 20), D(2021, 1, 4), "art. 14: over the year's end"),
    (MEDIATE, D(2020, 9, 20), D(2020, 10, 5), "art. 14: ends in the national holiday and does not move"),
    (MEDIATE, D(2027, 11, 1), D(2027, 11, 16), "art. 14: needs no calendar, so an unknown year is no matter"),
    # Fifteen days to ask the arbitration commission to examine an agreement.
    (REVIEW, D(2020, 6, 1), D(2020, 6, 16), "协商调解规定 art. 27: a Tuesday"),
    (REVIEW, D(2020, 6, 11), D(2020, 6, 28), "民法典 art. 203: 26 June is off, Sunday 28 is worked; " + N2020),
    (REVIEW, D(2020, 9, 16), D(2020, 10, 9), "民法典 art. 203: 1 October is off until the 8th; " + N2020),
    (REVIEW, D(2020, 1, 9), D(2020, 2, 3), "民法典 art. 203: 24 January is off until 2 February; " + N2020),
    (REVIEW, D(2021, 4, 16), D(2021, 5, 6), "民法典 art. 203: 1 May is off until the 5th; " + N2021),
    # Thirty days to ask the court to confirm it.
    (CONFIRM, D(2020, 6, 1), D(2020, 7, 1), "人民调解法 art. 33: a Wednesday"),
    (CONFIRM, D(2020, 1, 2), D(2020, 2, 3), "民法典 art. 203: 1 February is off until the 2nd; " + N2020),
    (CONFIRM, D(2020, 1, 31), D(2020, 3, 2), "a leap February: 1 March is a Sunday, so Monday"),
    (CONFIRM, D(2020, 9, 4), D(2020, 10, 9), "民法典 art. 203: 4 October is off until the 8th; " + N2020),
    (CONFIRM, D(2023, 12, 2), D(2024, 1, 2), "民法典 art. 203: 1 January is off; " + N2024),
    (CONFIRM, D(2024, 1, 30), D(2024, 2, 29), "民事诉讼法 art. 205: ends on the leap day itself"),
    # One year to arbitration.
    (ARBITRATE, D(2019, 6, 3), D(2020, 6, 3), "调解仲裁法 art. 27； 民法典 art. 202: the same day a year later"),
    (
        ARBITRATE,
        D(2020, 2, 29),
        D(2021, 3, 1),
        "民法典 art. 202, 203: no 29 February, so the 28th, a Sunday, so Monday",
    ),
    (ARBITRATE, D(2019, 2, 28), D(2020, 2, 28), "民法典 art. 202: a leap year does not stretch it"),
    (ARBITRATE, D(2019, 10, 1), D(2020, 10, 9), "民法典 art. 203: 1 October is off until the 8th; " + N2020),
    (ARBITRATE, D(2018, 12, 31), D(2019, 12, 31), "民法典 art. 202: over two year ends"),
    (
        ARBITRATE,
        D(2022, 12, 31),
        D(2024, 1, 2),
        "民法典 art. 203: 31 December 2023 is a Sunday, 1 January is off; " + N2024,
    ),
]


@pytest.fixture(scope="module")
def calendar():
    """As a new portal knows it: what the package knows of the announcements."""
    days = {day: working for year in announced_years() for day, working, _ in days_of_year(year)}
    return WorkingCalendar(frozenset(announced_years()), days)


def test_there_are_sixty_examples_with_sources():
    assert len(EXAMPLES) >= 60
    assert all(source for *_, source in EXAMPLES)


@pytest.mark.parametrize(("rule", "start", "due", "source"), EXAMPLES, ids=lambda one: str(one)[:24])
def test_a_worked_example(calendar, rule, start, due, source):
    assert last_day(start, rule, calendar) == due, source


def test_a_year_nobody_announced_is_unknown(calendar):
    unknown = max(announced_years()) + 1
    with pytest.raises(UnknownYear, match=f"{unknown} 年调休安排未公布"):
        last_day(D(unknown, 3, 1), ACCEPT, calendar)
    with pytest.raises(UnknownYear):
        last_day(D(unknown - 1, 12, 31), ACCEPT, calendar)
    with pytest.raises(UnknownYear):
        last_day(D(unknown - 1, 12, 20), REVIEW, calendar)


def test_days_of_a_pause_do_not_count(calendar):
    assert last_day(D(2020, 3, 2), MEDIATE, calendar, [Pause(D(2020, 3, 5), D(2020, 3, 9))]) == D(2020, 3, 22)
    two = [Pause(D(2020, 3, 5), D(2020, 3, 5)), Pause(D(2020, 3, 18), D(2020, 3, 19))]
    assert last_day(D(2020, 3, 2), MEDIATE, calendar, two) == D(2020, 3, 20)
    assert last_day(D(2019, 6, 3), ARBITRATE, calendar, [Pause(D(2019, 7, 1), D(2019, 7, 10))]) == D(2020, 6, 15)
    # One that begins after the last day changes nothing.
    assert last_day(D(2020, 3, 2), MEDIATE, calendar, [Pause(D(2020, 3, 18), None)]) == D(2020, 3, 17)


def test_a_pause_without_an_end_leaves_the_day_open(calendar):
    for rule in (MEDIATE, ARBITRATE, ACCEPT):
        with pytest.raises(Standing):
            last_day(D(2020, 3, 2), rule, calendar, [Pause(D(2020, 3, 3))])


def test_a_deadline_says_how_it_stands():
    open_ = Deadline("mediation", "调解期限", "art. 14", D(2020, 3, 2), D(2020, 3, 17), None, "可以申请仲裁")
    for today, state, text in (
        (D(2020, 3, 2), "ahead", "还有 15 天"),
        (D(2020, 3, 10), "soon", "还有 7 天"),
        (D(2020, 3, 17), "soon", "今天到期"),
        (D(2020, 3, 18), "late", "已过 1 天：可以申请仲裁"),
    ):
        assert (open_.state(today), open_.text(today)) == (state, text)


def test_the_table_holds_what_the_package_knows(db):
    law = known_law()
    assert law.calendar.years == frozenset(announced_years())
    assert not law.calendar.is_working(D(2020, 10, 1))
    assert law.calendar.is_working(D(2020, 10, 10))
    assert not law.calendar.is_working(D(2020, 10, 11))


def test_a_term_is_the_one_in_force_when_it_began(db):
    law = known_law()
    assert "人民调解法" in law.term("confirmation", D(2023, 12, 31)).article
    assert "民事诉讼法" in law.term("confirmation", D(2024, 1, 1)).article
    assert law.term("mediation", D(2008, 4, 30)) is None
