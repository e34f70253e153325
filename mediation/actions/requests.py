"""A worker asks for help: the studio of the town hears of it at once, and the case's clock runs from there."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mediation.actions import cases, course
from mediation.models import HelpRequest, MediationCase, Studio
from mediation.rules import cases as case_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.public import source_of


@transaction.atomic
def ask(*, area: Area, kind: str, name: str, phone: str, text: str = "", address: str = "") -> HelpRequest:
    """求助, by nobody logged in. Where the town has no studio, the supervisors are notified.

    Raises ValidationError, also where one address sends too many.
    """
    source = source_of(address)
    hour_ago = timezone.now() - timedelta(hours=1)
    if HelpRequest.objects.filter(source=source, asked_at__gte=hour_ago).count() >= settings.ASK_AN_HOUR:
        raise ValidationError("您这里提交得太频繁了；事情紧急请直接打工作室电话")
    studio = Studio.objects.filter(area=area).order_by("opened_on", "pk").first()
    asked = HelpRequest(area=area, studio=studio, kind=kind, name=name, phone=phone, text=text, source=source)
    create(asked, by=None, verb="求助")
    key, link = f"help-{asked.pk}", reverse("mediation:help_detail", args=[asked.pk])
    message = f"{area}有职工求助：{asked.get_kind_display()}，请马上联系"
    if studio is not None:
        notify(holders(Role.MEDIATOR, studio.pk), key, message, link)
    course.tell_supervisors(area.pk, key, message, link)
    return asked


@transaction.atomic
def take(asked: HelpRequest, *, by: User, studio: Studio) -> MediationCase:
    """接案: who asked becomes the caller, and the wait counts from the asking. Raises ValidationError."""
    asked = lock(asked)
    require(case_rules.can_settle_help(by, asked))
    case = cases.open(
        by=by,
        studio=studio,
        area=asked.area,
        kind=asked.kind,
        channel=MediationCase.Channel.ONLINE,
        received_at=asked.asked_at,
        caller_name=asked.name,
        caller_phone=asked.phone,
        text=asked.text,
    )
    change(asked, by=by, verb="接案", status=HelpRequest.Status.TAKEN, case=case, studio=studio, settled_by=by)
    return case


@transaction.atomic
def decline(asked: HelpRequest, *, by: User, reason: str) -> HelpRequest:
    """未接案: no labour dispute, or a false alarm. Raises ValidationError."""
    asked = lock(asked)
    require(case_rules.can_settle_help(by, asked))
    course.refuse_words({word for word in (asked.name, asked.phone) if len(word) > 1}, reason=reason)
    require_reason(reason)
    values: dict[str, Any] = {"status": HelpRequest.Status.DECLINED, "answer": reason, "settled_by": by}
    return change(asked, by=by, verb="未接案", reason=reason, **values)
