"""What a phone sends from the field, taken exactly once: by the same forms, rules and actions as the pages."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mediation.actions import cases
from mediation.forms.cases import IntakeForm, ReceptionForm
from orgs.actions import organizations
from orgs.forms import StrengthForm
from orgs.models import SocialOrganization
from services.actions import call_outs, sessions
from services.forms.findings import FinishForm
from services.forms.sessions import SessionReportForm
from services.models import ActivitySession
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.keys import key_of
from xiangshan.core.records import lock
from xiangshan.core.rules import require
from xiangshan.portal.field.models import Delivery
from xiangshan.portal.field.selectors import state_of, version_of
from xiangshan.shared.attachments.actions import attach
from xiangshan.shared.attachments.models import Attachment

Values = dict[str, Any]


class Conflict(Exception):  # noqa: N818  (no error: two people were there)
    """The record is not what the phone saw when the report was begun. `theirs` is what it says now."""

    def __init__(self, theirs: Values) -> None:
        super().__init__("conflict")
        self.theirs = theirs


def receive(user: User, kind: str, key: UUID, values: Values) -> Delivery:
    """收取, once a key: the same key again answers what the first one did.

    Raises ValidationError and PermissionDenied as the action does, Conflict, and Http404 for another's record or an unknown kind.
    """
    if (known := _known(user, key)) is not None:
        return known
    take = KINDS.get(kind)
    if take is None:
        raise Http404
    try:
        with transaction.atomic():
            # The key first: a second sending at the same moment waits here, and then finds it taken.
            delivery = Delivery.objects.create(key=key, user=user, kind=kind)
            delivery.page = take(user, values)
            delivery.save(update_fields=["page"])
            return delivery
    except IntegrityError:
        if (known := _known(user, key)) is not None:
            return known
        raise


def _known(user: User, key: UUID) -> Delivery | None:
    known = Delivery.objects.filter(key=key).first()
    if known is not None and known.user_id != user.pk:
        raise Http404
    return known


def receive_photo(user: User, session_key: Any, key: UUID, file: Any, taken_at: str) -> None:
    """收取照片, once a key, before the report it belongs to. Raises as `attach` does, and Http404."""
    session = _one(ActivitySession.objects.visible_to(user), session_key)
    known = Attachment.objects.filter(key=key).first()
    if known is not None:
        if known.uploaded_by_id != user.pk:
            raise Http404
        return
    try:
        attach(session, [file], by=user, key=key, taken=[taken_at])
    except IntegrityError:
        if not Attachment.objects.filter(key=key, uploaded_by=user).exists():
            raise


def _one(rows: Any, key: Any) -> Any:
    record = rows.filter(pk=key_of(key)).first()
    if record is None:
        raise Http404
    return record


def _cleaned(form: Any) -> Values:
    """Raises ValidationError: each error with the name of its field, in one sentence for the phone."""
    if form.is_valid():
        return dict(form.cleaned_data)
    reasons = [
        f"{form.fields[name].label}：{'、'.join(errors)}" if name in form.fields else "、".join(errors)
        for name, errors in form.errors.items()
    ]
    raise ValidationError("；".join(reasons))


def _report(user: User, values: Values) -> str:
    session = lock(_one(ActivitySession.objects.visible_to(user), values.get("session")))
    if session.status in ActivitySession.VOID:
        require(session_rules.can_report(user, session))  # there is nothing to compare any more: refused, and why
    if values.get("seen") != version_of(session):
        raise Conflict(state_of(user, session))
    data = _cleaned(SessionReportForm(values, instance=session, user=user))
    data.pop("photos", None)
    sessions.report(session, by=user, **data)
    return reverse("services:session_detail", args=[session.pk])


def _strength(user: User, values: Values) -> str:
    organization = _one(SocialOrganization.objects.visible_to(user), values.get("organization"))
    organizations.report_strength(organization, by=user, **_cleaned(StrengthForm(values)))
    return reverse("orgs:organization_detail", args=[organization.pk])


def _call_out(user: User, values: Values) -> str:
    organization = _one(SocialOrganization.objects.visible_to(user), values.get("organization"))
    data = _cleaned(FinishForm(values))
    started_at = parse_datetime(str(values.get("started_at", "")))
    if started_at is None or timezone.is_naive(started_at):
        raise ValidationError("出发时间不对")
    call_out = call_outs.start(organization, by=user, started_at=started_at)
    call_outs.finish(call_out, by=user, **data)
    return reverse("services:session_detail", args=[call_out.session_id])


def _reception(user: User, values: Values) -> str:
    cases.record_reception(by=user, **_cleaned(ReceptionForm(values, user=user)))
    return reverse("mediation:reception_list")


def _case(user: User, values: Values) -> str:
    """接案 without a network: received when the phone says it was, and numbered when it arrives."""
    case = cases.open(by=user, **_cleaned(IntakeForm(values, user=user)))
    return reverse("mediation:case_detail", args=[case.pk])


KINDS: dict[str, Callable[[User, Values], str]] = {
    "report": _report,
    "strength": _strength,
    "call_out": _call_out,
    "reception": _reception,
    "case": _case,
}


def read_values(body: bytes) -> tuple[str, UUID, Values]:
    """(kind, key, values) of what was sent. Raises ValidationError for anything else."""
    try:
        sent = json.loads(body)
        values = {str(name): _typed(value) for name, value in dict(sent["values"]).items()}
        return str(sent["kind"]), UUID(str(sent["key"])), values
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValidationError("发送的内容不完整，请重新填写") from error


def _typed(value: Any) -> str:
    """What a form field takes: the text a person would have typed. Raises TypeError and ValueError for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise TypeError(type(value))
    text = str(value)
    text.encode()  # half a sign (a lone surrogate) is no text, and no database takes it
    return text
