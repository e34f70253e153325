"""What happens to a request: asked, taken up, matched to a contract, held as a session, rated."""

from datetime import date, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from services.actions import contracts, sessions
from services.mail import tell_asker
from services.models import ActivitySession, ContractLine, Procurement, ServiceRequest
from services.rules import procurements as procurement_rules
from services.rules import requests as request_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of, town_of
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.public import source_of

Status = ServiceRequest.Status


@transaction.atomic
def ask(*, address: str, **values: Any) -> ServiceRequest:
    """网上点单, by nobody logged in. Raises ValidationError where one address sends too many."""
    source = source_of(address)
    hour_ago = timezone.now() - timedelta(hours=1)
    if ServiceRequest.objects.filter(source=source, asked_at__gte=hour_ago).count() >= settings.ASK_AN_HOUR:
        raise ValidationError("您这里提交得太频繁了，请过一小时再试，或直接致电工会")
    request = ServiceRequest(asked_on=timezone.localdate(), is_public=True, source=source, **values)
    create(request, by=None, verb="网上点单")
    _tell_staff(request, "new", f"新点单：{request}")
    return request


@transaction.atomic
def enter(*, by: User, **values: Any) -> ServiceRequest:
    """登记点单: told by phone or on a visit, entered by union staff; taken up with it."""
    request = ServiceRequest(asked_on=timezone.localdate(), status=Status.ACCEPTED, handled_by=by, **values)
    require(request_rules.can_enter_request(by, request))
    return create(request, by=by, verb="登记点单")


@transaction.atomic
def accept(request: ServiceRequest, *, by: User, answer: str = "") -> ServiceRequest:
    """受理; or taken back from a contract that cannot serve it."""
    request = lock(request)
    require(request_rules.can_triage(by, request))
    change(request, by=by, verb="受理", status=Status.ACCEPTED, handled_by=by, answer=answer, contract_line=None)
    tell_asker(request, "您的点单已受理")
    return request


@transaction.atomic
def decline(request: ServiceRequest, *, by: User, reason: str) -> ServiceRequest:
    """不受理, with words for the asker. Raises ValidationError."""
    request = lock(request)
    require(request_rules.can_triage(by, request))
    require_reason(reason, "请写明理由，点单人会看到")
    change(request, by=by, verb="不受理", reason=reason, status=Status.DECLINED, handled_by=by, answer=reason)
    tell_asker(request, f"您的点单未能安排：{reason}")
    return request


@transaction.atomic
def put_into_procurement(request: ServiceRequest, procurement: Procurement, *, by: User) -> ServiceRequest:
    """列入采购: no contract serves it yet, so one is bought. Raises ValidationError."""
    request = lock(request)
    require(request_rules.can_triage(by, request))
    require(procurement_rules.can_edit_procurement(by, procurement))
    if procurement.category_id != request.category_id:
        raise ValidationError({"procurement": "采购的服务类别与点单不一致"})
    return change(request, by=by, verb="列入采购", status=Status.ACCEPTED, handled_by=by, procurement=procurement)


@transaction.atomic
def match(request: ServiceRequest, line: ContractLine, *, by: User) -> ServiceRequest:
    """工会下单: to a contract line with quota left. The line is held: two orders never share its last unit."""
    line = lock(line)
    request = lock(request)
    require(request_rules.can_match_to(by, request, line))
    if left_of(line) <= 0:
        raise ValidationError({"line": f"“{line.title}”已经没有余量"})
    change(request, by=by, verb="下单", status=Status.MATCHED, handled_by=by, contract_line=line)
    link = reverse("services:request_detail", args=[request.pk])
    notify(
        contracts.leaders_of(line.contract),
        f"request-{request.pk}-matched-{line.pk}",
        f"新订单：{request}，请约定时间",
        link,
    )
    tell_asker(request, f"您的点单由{line.contract.organization}承接，将与您联系")
    return request


def left_of(line: ContractLine) -> int:
    """Units of a line that are neither planned, held nor promised to another request."""
    taken = line.sessions.exclude(status__in=ActivitySession.VOID).count()
    promised = line.requests.filter(status=Status.MATCHED).count()
    return line.quantity - taken - promised


@transaction.atomic
def schedule(
    request: ServiceRequest, *, by: User, held_on: date, starts_at: time | None = None, ends_at: time | None = None
) -> ActivitySession:
    """排期: the request becomes a session of its contract line. Raises ValidationError."""
    request = lock(request)
    require(request_rules.can_schedule(by, request))
    line = request.contract_line
    if line is None:
        raise ValidationError("请先下单")
    session = sessions.plan(
        by=by,
        organization=line.contract.organization,
        basis=ActivitySession.Basis.BOUGHT,
        contract_line=line,
        category=request.category,
        title=f"{line.title}（{request.workplace}）"[:80],
        area=request.employer.area if request.employer else request.area,
        employer=request.employer,
        held_on=held_on,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    change(request, by=by, verb="排期", status=Status.SCHEDULED, session=session)
    tell_asker(request, f"您的点单定于 {held_on:%Y-%m-%d} 举办")
    return session


@transaction.atomic
def rate(request: ServiceRequest, *, rating: int, comment: str = "") -> ServiceRequest:
    """评单, by the asker with the code, once."""
    request = lock(request)
    require(request_rules.can_rate(request))
    change(request, by=None, verb="评单", status=Status.DONE, rating=rating, rating_comment=comment)
    if request.contract_line is not None and request.session is not None:
        link = reverse("services:request_detail", args=[request.pk])
        notify(
            contracts.leaders_of(request.contract_line.contract),
            f"request-{request.pk}-rated",
            f"{request}评单 {rating} 分",
            link,
        )
    return request


@transaction.atomic
def withdraw(request: ServiceRequest) -> ServiceRequest:
    """撤回, by the asker with the code, until a day is set."""
    request = lock(request)
    require(request_rules.can_withdraw(request))
    return change(request, by=None, verb="点单人撤回", status=Status.WITHDRAWN)


def _tell_staff(request: ServiceRequest, what: str, text: str) -> None:
    """The town's staff, and the county's."""
    town, county = town_of(request.area_id), county_of(request.area_id)
    people = [*holders(Role.TOWN_STAFF, town), *holders(Role.COUNTY_STAFF, county)]
    notify(people, f"request-{request.pk}-{what}", text, reverse("services:request_detail", args=[request.pk]))
