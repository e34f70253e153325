"""What needs somebody's attention now, in a scope: read from the records, each kind one question, seen as its reader sees them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone

from mediation.models import MediationCase
from mediation.models.studios import CASE_READERS
from services.models import ActivitySession, Finding, FollowUp, ServiceContract
from services.models.findings import FEEDBACK_READERS
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.models import Kind

NAMED = 4


@dataclass(frozen=True)
class Attention:
    """A kind of thing that needs attention: how many, where they are, and the first by name with a word on each."""

    title: str
    count: int
    link: str
    named: tuple[tuple[str, str, str], ...] = ()  # name, word, address


def attention(user: User, scope: Scope) -> list[Attention]:
    """What is late comes first. What the reader may not see is not counted."""
    items = [_overdue(user, scope)]
    if user.holds(*CASE_READERS, Role.MEDIATOR) and scope.declared_kind in (Kind.AREA, Kind.STUDIO):
        items.append(_cases(user, scope))
    if scope.kind != Kind.STUDIO:
        items += _contracts(user, scope)
        items.append(_pending(user, scope))
    if user.holds(*FEEDBACK_READERS) and scope.kind in (Kind.AREA, Kind.PLACE, Kind.ORGANIZATION):
        items += [_findings(user, scope), _follow_ups(user, scope)]
    return [item for item in items if item.count]


def _in(scope: Scope, area: str, organization: str, contract: str) -> Q:
    """The scope as a filter of records that lead to an area, an organization and a contract by these paths."""
    if scope.declared_kind == Kind.AREA:
        return within(scope.id, area)
    path = {
        Kind.ORGANIZATION: organization,
        Kind.CONTRACT: contract,
        Kind.DEPARTMENT: "department" if contract == "pk" else f"{contract}__department",
    }.get(scope.kind)
    return Q(**{path: scope.id}) if path else Q(pk__in=[])


def _sessions(user: User, scope: Scope) -> Any:
    chosen = _in(scope, "area", "organization", "contract_line__contract")
    return ActivitySession.objects.visible_to(user).filter(chosen)


def _link(page: str, scope: Scope, **params: Any) -> str:
    return f"{reverse(page)}?{urlencode({**params, **replace(scope, category=None).params})}"


def _overdue(user: User, scope: Scope) -> Attention:
    late = _sessions(user, scope).overdue()
    return Attention("逾期未上报的场次", late.count(), _link("services:session_list", scope, status="overdue"))


def _pending(user: User, scope: Scope) -> Attention:
    rows = _sessions(user, scope).filter(status="submitted")
    return Attention("等待核实的场次", rows.count(), _link("services:session_list", scope, status="submitted"))


def _cases(user: User, scope: Scope) -> Attention:
    chosen = Q(studio=scope.id) if scope.kind == Kind.STUDIO else within(scope.id)
    rows = MediationCase.objects.visible_to(user).filter(chosen)
    late = rows.due_within(0)
    named = tuple(
        (
            case.number,
            f"{case.next_due_text}（{case.next_due_on:%m-%d}）",
            reverse("mediation:case_detail", args=[case.pk]),
        )
        for case in late.order_by("next_due_on", "pk")[:NAMED]
    )
    return Attention("期限已过的调解案件", late.count(), _link("mediation:case_list", scope, due="late"), named)


def _contracts(user: User, scope: Scope) -> list[Attention]:
    """Running contracts whose delivery lags behind their term, and those whose satisfaction lies below their floor."""
    seen = ServiceContract.objects.visible_to(user).filter(_in(scope, "organization__area", "organization", "pk"))
    return [
        _named_contracts(
            scope,
            "进度落后的合同",
            "behind",
            seen.behind(),
            lambda one: f"完成 {one.delivered}/{one.quota}，时间已过 {one.passed / one.term * 100:.0f}%",
        ),
        _named_contracts(
            scope,
            "满意率低于下限的合同",
            "below_floor",
            seen.below_floor(),
            lambda one: f"满意率 {one.pleased / one.answers * 100:.1f}%，下限 {one.satisfaction_floor:.0f}%",
        ),
    ]


def _named_contracts(
    scope: Scope, title: str, lagging: str, rows: QuerySet[Any], text_of: Callable[[Any], str]
) -> Attention:
    """How many, and the first by name: the number and the names from one query."""
    first = list(rows.annotate(total=Window(Count("pk"))).order_by("ends_on", "pk")[:NAMED])
    named = tuple((item.title, text_of(item), reverse("services:contract_detail", args=[item.pk])) for item in first)
    count = first[0].total if first else 0
    return Attention(title, count, _link("services:contract_list", scope, lagging=lagging), named)


def _findings(user: User, scope: Scope) -> Attention:
    chosen = _in(scope, "session__area", "session__organization", "session__contract_line__contract")
    rows = Finding.objects.visible_to(user).open().filter(chosen)
    return Attention("未处理的疑点", rows.count(), _link("services:finding_list", scope, status="open"))


def _follow_ups(user: User, scope: Scope) -> Attention:
    chosen = _in(scope, "session__area", "session__organization", "session__contract_line__contract")
    rows = FollowUp.objects.visible_to(user).open().filter(chosen, due_on__lt=timezone.localdate())
    return Attention("逾期未回访的差评", rows.count(), _link("services:follow_up_list", scope, outcome="overdue"))
