"""Cases as far as a test needs them, with what hangs on them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from mediation.actions import rewards
from mediation.models import (
    Agreement,
    CallBack,
    CaseMember,
    CasePause,
    Instalment,
    InstalmentPayment,
    MediationCase,
    Mediator,
    Party,
    Referral,
    RewardLine,
    RewardScheme,
    RewardStatement,
    StatutoryTerm,
    Studio,
)
from tests import factories
from xiangshan.core.areas.models import county_of

MORNING = datetime(2020, 6, 1, 9, 0, tzinfo=timezone.get_default_timezone())
SCHEME = {
    "base_general": Decimal(200),
    "base_hard": Decimal(500),
    "base_major": Decimal(1000),
    "criteria": "一般、疑难、重大",
    "unagreed_share": 50,
    "paid_per_mille": 5,
    "paid_at_most": Decimal(500),
    "group_extra": Decimal(300),
    "late_after": 120,
    "late_minus": Decimal(50),
    "case_at_most": Decimal(1800),
    "studio_at_most": Decimal(80_000),
    "least_complete": 50,
    "call_back_share": 10,
}


def mediating(studio: Studio, **values: Any) -> MediationCase:
    answered = {"first_response_at": MORNING + timedelta(minutes=6), "response_minutes": 6}
    wanted = {"status": "mediating", "accepted_on": date(2020, 6, 1), **answered, **values}
    return factories.CaseFactory(studio=studio, **wanted)


def agreed(studio: Studio, *amounts: int, **values: Any) -> MediationCase:
    """With an agreement whose instalments are due a month apart, from July 2020 on."""
    amounts = amounts or (1000,)
    known = {"status": "agreed", "outcome": "agreed", "concluded_on": date(2020, 6, 10), "amount_agreed": sum(amounts)}
    case = mediating(studio, **{**known, **values})
    agreement = Agreement.objects.create(
        case=case, terms="分期支付", signed_on=date(2020, 6, 10), effective_on=date(2020, 6, 10)
    )
    for n, amount in enumerate(amounts):
        Instalment.objects.create(agreement=agreement, due_on=date(2020, 7 + n, 1), amount=amount)
    return case


def closed(studio: Studio, **values: Any) -> MediationCase:
    known = {"status": "closed", "outcome": "agreed", "concluded_on": date(2020, 6, 8), "closed_on": date(2020, 6, 9)}
    return mediating(studio, **{**known, **values})


def paid(case: MediationCase, amount: int) -> InstalmentPayment:
    """Part of the first instalment."""
    first = Instalment.objects.filter(agreement__case=case).earliest("due_on")
    Instalment.objects.filter(pk=first.pk).update(paid=amount)
    MediationCase.objects.filter(pk=case.pk).update(amount_paid=amount)
    given = {"amount": amount, "paid_on": date(2020, 7, 1), "recorded_by": factories.UserFactory()}
    return InstalmentPayment.objects.create(case=case, instalment=first, **given)


def worker(case: MediationCase, name: str = "柏安平", phone: str = "057400000001", **values: Any) -> Party:
    party = Party(case=case, side="worker", name=name, phone=phone, **values)
    party.full_clean()
    party.save()
    return party


def scheme(area_id: int, year: int = 2020, **values: Any) -> RewardScheme:
    people = {"created_by": factories.UserFactory()}
    if values.get("status", "approved") == "approved":
        people["approved_by"] = factories.UserFactory()
    wanted = {"area_id": county_of(area_id), "year": year, "status": "approved", **SCHEME, **people, **values}
    return RewardScheme.objects.create(**wanted)


def statement(
    studio: Studio, of: RewardScheme, quarter: int, status: str = "checking", **values: Any
) -> RewardStatement:
    wanted: dict[str, Any] = {"requested_by": factories.UserFactory(), "requested_at": timezone.now()}
    if status == "approved":
        wanted |= {"approved_by": factories.UserFactory(), "approved_at": timezone.now()}
    number = f"测奖〔{of.year}〕{studio.pk}-{quarter}号"
    wanted |= {"number": number, "studio": studio, "scheme": of, "year": of.year, "quarter": quarter, "status": status}
    return RewardStatement.objects.create(**{**wanted, **values})


def line(of: RewardStatement, case: MediationCase, **values: Any) -> RewardLine:
    return RewardLine.objects.create(statement=of, case=case, dispute=case.dispute, amount=200, **values)


def records(studio: Studio, area_id: int) -> dict[str, Any]:
    """One of each kind, for the walk through all addresses."""
    employer = factories.EmployerFactory(area_id=area_id)
    alike = factories.CaseFactory(studio=studio, employer=employer)
    case_agreed = agreed(studio)
    paused = mediating(studio)
    CasePause.objects.create(case=paused, starts_on=date(2020, 6, 3), reason="等鉴定")
    referred = mediating(studio, status="referred", outcome="referred", concluded_on=date(2020, 6, 5))
    rules = scheme(area_id, year=2019)
    checking = statement(studio, rules, 1)
    objected = line(checking, closed(studio), objection="少算了")
    drawn = line(checking, closed(studio))
    CallBack.objects.create(line=drawn)
    return {
        "case_responding": mediating(studio, status="responding", accepted_on=None),
        "case_mediating": mediating(studio),
        "case_paused": paused,
        "case_failed": mediating(studio, status="failed", outcome="failed", concluded_on=date(2020, 6, 9)),
        "case_closed": closed(studio),
        "case_graded": closed(studio, grade="hard", grade_reason="复杂", grade_proposed_by=factories.UserFactory()),
        "case_agreed": case_agreed,
        "case_alike": alike,
        "case_other": factories.CaseFactory(studio=studio, employer=employer),
        "case_confirmed": closed(studio, grade="hard", grade_reason="复杂", graded_by=factories.UserFactory()),
        "case_payment": paid(agreed(studio), 400),
        "instalment": Instalment.objects.get(agreement__case=case_agreed),
        "referral": Referral.objects.create(case=referred, target="arbitration", referred_on=date(2020, 6, 5)),
        "party": worker(mediating(studio)),
        "mediator_record": Mediator.objects.create(studio=studio, name="蒋明理", starts_on=date(2019, 1, 1)),
        "help": factories.HelpFactory(area_id=area_id, studio=studio),
        "statutory_term": StatutoryTerm.objects.order_by("pk").first(),
        "scheme": rules,
        "scheme_draft": scheme(area_id, year=2019, version=2, status="draft"),
        "statement": statement(studio, rules, 2),
        "statement_draft": statement(studio, rules, 3, "draft", requested_by=None, requested_at=None),
        "statement_approved": statement(studio, rules, 4, "approved"),
        "line": line(checking, closed(studio)),
        "line_objected": objected,
        "line_drawn": drawn,
    }


def member(case: MediationCase, user: Any) -> CaseMember:
    return CaseMember.objects.create(case=case, user=user, joined_on=case.received_on)


def ready(studio: Studio, day: date = date(2020, 5, 4), grade: str = "general", **values: Any) -> MediationCase:
    """A closed case whose file is complete enough, graded and confirmed."""
    known = {
        "accepted_on": day,
        "grade": grade,
        "graded_by": factories.UserFactory(),
        "concluded_on": day,
        "closed_on": day,
    }
    known |= {"received_on": date(2020, 4, 22)}
    case = closed(
        studio, received_at=MORNING - timedelta(days=40),
        first_response_at=MORNING - timedelta(days=40), worker_satisfaction=5, employer_satisfaction=4,
        dispute_from=date(2020, 1, 1), dispute_to=date(2020, 3, 31), lessons="先核对考勤", **{**known, **values},
    )  # fmt: skip
    worker(case, phone=f"05740{case.pk:07d}")
    return case


def computed(studio: Studio, supervisor: Any, quarter: int = 2) -> RewardStatement:
    return rewards.compute_statement(studio, 2020, quarter, by=supervisor)


def approved(studio: Studio, supervisor: Any, finance: Any, quarter: int = 2) -> RewardStatement:
    statement = computed(studio, supervisor, quarter)
    rewards.submit_statement(statement, by=supervisor)
    for drawn in CallBack.objects.filter(line__statement=statement, result=""):
        rewards.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    return rewards.approve_statement(statement, by=finance)
