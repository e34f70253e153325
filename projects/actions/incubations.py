"""Teams in a community's nursery."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.models import Incubation
from projects.rules import in_kind as in_kind_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require


@transaction.atomic
def enter(*, by: User, **values: Any) -> Incubation:
    """入驻孵化. Raises ValidationError."""
    incubation = Incubation(**values)
    require(in_kind_rules.can_enter_nursery(by, incubation.team))
    return create(incubation, by=by, verb="入驻孵化")


@transaction.atomic
def move(incubation: Incubation, stage: str, *, by: User, day: date, note: str = "") -> Incubation:
    """A team goes on, stands alone, or leaves. Raises ValidationError."""
    incubation = lock(incubation)
    require(in_kind_rules.can_move_incubation(by, incubation))
    if not incubation.can_become(stage):
        raise ValidationError({"stage": f"{incubation.get_stage_display()}不能直接变为{Incubation.Stage(stage).label}"})
    if day > timezone.localdate() or day < incubation.entered_on:
        raise ValidationError({"day": "日期须在入驻之后，不晚于今天"})
    over = stage in (Incubation.Stage.INDEPENDENT, Incubation.Stage.LEFT)
    return change(
        incubation,
        by=by,
        verb=Incubation.Stage(stage).label,
        stage=stage,
        ended_on=day if over else None,
        note=note or incubation.note,
    )


@transaction.atomic
def edit(incubation: Incubation, *, by: User, **values: Any) -> Incubation:
    """Another mentor, more to say. Raises ValidationError."""
    incubation = lock(incubation)
    require(in_kind_rules.can_enter_nursery(by, incubation.team))
    return change(incubation, by=by, verb="修改孵化情况", **values)
