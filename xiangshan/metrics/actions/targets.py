"""Targets: set once, changed with a reason."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require
from xiangshan.metrics import rollup, rules
from xiangshan.metrics.models import Target
from xiangshan.metrics.registry import BY_CODE


@transaction.atomic
def set_target(area: Area, year: int, metric: str, value: Decimal, *, reason: str, by: User) -> Target:
    """制定或调整目标: the reason stands with it, and every earlier one in its history. Raises ValidationError."""
    require(rules.can_set_target(by, area))
    if metric not in BY_CODE or BY_CODE[metric].quantile is not None:
        raise ValidationError({"metric": "这个指标不能设目标"})
    if BY_CODE[metric].is_rate and value > 100:
        raise ValidationError({"value": "比率的目标不能超过 100%"})
    transaction.on_commit(rollup.draw_anew)
    before = Target.objects.filter(area=area, year=year, metric=metric).first()
    if before is not None:
        return change(lock(before), by=by, verb="调整目标", reason=reason, value=value, set_by=by)
    target = Target(area=area, year=year, metric=metric, value=value, reason=reason, set_by=by)
    return create(target, by=by, verb="制定目标", reason=reason)


@transaction.atomic
def drop_target(target: Target, *, reason: str, by: User) -> None:
    """移除目标, with a reason; its history stays."""
    target = lock(target)
    require(rules.can_set_target(by, target.area))
    transaction.on_commit(rollup.draw_anew)
    remove_many([target], by=by, verb="移除目标", reason=reason)
