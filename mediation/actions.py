"""What happens to studios, cases and receptions."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation import rules
from mediation.models import MediationCase, Reception, Studio
from xiangshan.accounts.models import User
from xiangshan.records import change, create, lock, next_number
from xiangshan.rules import require


def _derived(case: MediationCase, values: dict[str, Any]) -> dict[str, Any]:
    """The local day a case was received, and the minutes to the first response: kept beside what they follow from."""
    received_at = values.get("received_at", case.received_at)
    responded_at = values.get("first_response_at", case.first_response_at)
    minutes = (
        int((responded_at - received_at).total_seconds() // 60)
        if responded_at and responded_at >= received_at
        else None
    )
    return {"received_on": timezone.localtime(received_at).date(), "response_minutes": minutes}


@transaction.atomic
def open_case(*, by: User, **values: Any) -> MediationCase:
    """接案: numbered by studio and year, without gaps (象工调〔2020〕丹东001号)."""
    case = MediationCase(**values)
    require(rules.can_open_case(by, case.studio))
    if case.received_at > timezone.now():
        raise ValidationError({"received_at": "接案时间不能在将来"})
    for name, value in _derived(case, {}).items():
        setattr(case, name, value)
    year = case.received_on.year
    case.number = f"象工调〔{year}〕{case.studio.mark}{next_number(f'case-{case.studio_id}-{year}'):03d}号"
    return create(case, by=by, verb="接案")


@transaction.atomic
def edit_case(case: MediationCase, *, by: User, **values: Any) -> MediationCase:
    """更新: what became of the case since. Closing it needs an outcome and its days. Raises ValidationError."""
    case = lock(case)
    require(rules.can_edit_case(by, case))
    verb = "结案" if values.get("status") == MediationCase.Status.CLOSED else "更新"
    return change(case, by=by, verb=verb, **values, **_derived(case, values))


@transaction.atomic
def record_reception(*, by: User, **values: Any) -> Reception:
    reception = Reception(recorded_by=by, **values)
    require(rules.can_record_reception(by, reception.studio))
    if reception.received_on > timezone.localdate():
        raise ValidationError({"received_on": "接待日期不能在将来"})
    return create(reception, by=by, verb="登记")


@transaction.atomic
def edit_reception(reception: Reception, *, by: User, **values: Any) -> Reception:
    reception = lock(reception)
    require(rules.can_edit_reception(by, reception))
    return change(reception, by=by, verb="更新", **values)


@transaction.atomic
def add_studio(*, by: User, **values: Any) -> Studio:
    studio = Studio(**values)
    require(rules.can_add_studios(by))
    return create(studio, by=by, verb="登记")


@transaction.atomic
def edit_studio(studio: Studio, *, by: User, **values: Any) -> Studio:
    studio = lock(studio)
    require(rules.can_edit_studio(by, studio))
    return change(studio, by=by, verb="更新", **values)
