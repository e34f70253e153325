"""What a page needs that no queryset returns: a contract's delivery and money, and who could serve a request."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from services.checklist import WEAK
from services.delivery import ContractDelivery, Progress, warnings_of
from services.models import ActivitySession, ContractLine, Payment, PaymentTerm, ServiceContract, ServiceRequest
from services.models.contracts import ContractLineQuerySet
from services.rules import payments as payment_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import county_of, town_of, within


@dataclass(frozen=True)
class ShownDelivery:
    """A contract's delivery as its page shows it."""

    delivery: ContractDelivery
    evidence: list[tuple[str, str, int, int]]  # code, label, sessions, workers
    pace: int | None  # sessions by the end

    @property
    def progress(self) -> Progress:
        return self.delivery.progress


def delivery_of(contract: ServiceContract, lines: list[Any]) -> ShownDelivery:
    """From lines with their delivery, and one question for what the numbers rest on."""
    by_evidence = (
        ActivitySession.objects.verified()
        .filter(contract_line__contract=contract)
        .order_by()
        .values("evidence")
        .annotate(n=Count("pk"), workers=Sum("workers_served", default=0))
    )
    result = {row["evidence"]: (row["n"], row["workers"]) for row in by_evidence}
    progress = Progress(
        sum(line.quantity for line in lines),
        sum(line.delivered for line in lines),
        contract.starts_on,
        contract.ends_on,
        timezone.localdate(),
    )
    plain = ContractDelivery(
        progress,
        sum(line.workers for line in lines),
        contract.target_workers,
        sum(line.answers for line in lines),
        sum(line.satisfied for line in lines),
        float(contract.satisfaction_floor) / 100,
        contract.least_answers,
        sum(result.get(kind, (0, 0))[0] for kind in WEAK),
    )
    open_ones = contract.status in (contract.Status.SIGNED, contract.Status.RUNNING)
    delivery = ContractDelivery(**{**plain.__dict__, "warnings": warnings_of(plain) if open_ones else []})
    evidence = [
        (kind.value, str(kind.label), *result[kind.value]) for kind in ActivitySession.Evidence if kind.value in result
    ]
    return ShownDelivery(delivery, evidence, progress.forecast if open_ones else None)


@dataclass(frozen=True)
class TermRow:
    """A payment term, what became of it, and whether the reader may ask for it."""

    term: PaymentTerm
    payment: Payment | None
    can_request: Any
    holds: Any


@dataclass(frozen=True)
class Money:
    """A contract's money: terms with their payments, and what is paid against time."""

    terms: list[TermRow]
    paid: Decimal
    payable: Decimal

    @property
    def share(self) -> float:
        return float(self.paid / self.payable) if self.payable else 0.0


def payments_of(contract: ServiceContract, user: User) -> Money:
    payments = {item.term_id: item for item in Payment.objects.visible_to(user).live().filter(contract=contract)}
    rows = []
    for term in contract.terms.all():
        term.contract = contract
        payment = payments.get(term.pk)
        holds = payment_rules.condition_holds(term)
        rows.append(TermRow(term, payment, None if payment else payment_rules.can_request_payment(user, term), holds))
    paid = sum((item.amount for item in payments.values() if item.status == Payment.Status.PAID), Decimal(0))
    return Money(rows, paid, contract.payable)


def lines_for(request: ServiceRequest) -> ContractLineQuerySet:
    """Contract lines that could serve a request, the most fitting first: of its category, in force on the wished days, with
    units left."""
    day = request.wished_from
    rows = ContractLine.objects.filter(
        within(county_of(request.area_id), "contract__organization__area"),
        category=request.category_id,
        contract__status__in=ServiceContract.UNDER_WAY,
        contract__ends_on__gte=day,
        contract__starts_on__lte=request.wished_until + timedelta(days=30),
    ).exclude(contract__kind=ServiceContract.Kind.FRAMEWORK)
    taken = Count("sessions", filter=~Q(sessions__status__in=ActivitySession.VOID), distinct=True)
    promised = Count("requests", filter=Q(requests__status="matched"), distinct=True)
    return (
        rows.select_related("contract__organization", "category")
        .annotate(left=F("quantity") - taken - promised)
        .filter(left__gt=0)
        .order_by("contract__ends_on", "pk")
    )


@dataclass(frozen=True)
class Suggestion:
    """A line that could serve a request, with why."""

    line: Any
    is_near: bool
    answers: int
    satisfied: int

    @property
    def rate(self) -> float | None:
        return self.satisfied / self.answers if self.answers else None


def suggestions_for(request: ServiceRequest) -> list[Suggestion]:
    """Near ones first, then by satisfaction so far."""
    lines = list(lines_for(request))
    rated = {
        row["contract_line"]: (row["answers"], row["satisfied"])
        for row in ActivitySession.objects.verified()
        .filter(contract_line__in=[line.pk for line in lines])
        .order_by()
        .values("contract_line")
        .annotate(answers=Sum("responses"), satisfied=Sum("satisfied"))
    }
    town = town_of(request.area_id)
    items = [
        Suggestion(line, town <= line.contract.organization.area_id < town + 1000, *rated.get(line.pk, (0, 0)))
        for line in lines
    ]
    return sorted(items, key=lambda one: (not one.is_near, -(one.rate or 0), one.line.pk))
