"""What a file changes or takes back in a register: the same for every model, by its own rule."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from xiangshan.core.accounts.models import User
from xiangshan.core.records import change_many, remove_many
from xiangshan.core.rules import Verdict, require

MayWrite = Callable[[User, Any], Verdict]


@transaction.atomic
def edit(
    model: type[Any], may_write: MayWrite, *, by: User, values: dict[int, dict[str, Any]], verb: str = "导入"
) -> None:
    """更新 by a file; the importer has asked the rule of each record before, and it is asked again here."""
    for record in model.objects.filter(pk__in=list(values)):
        require(may_write(by, record))
    change_many(model, values, by=by, verb=verb)


@transaction.atomic
def take_back(model: type[Any], may_write: MayWrite, *, by: User, keys: list[int]) -> None:
    """撤销导入 of what a file made. Raises ValidationError where something has come to depend on one of them."""
    records = list(model.objects.filter(pk__in=keys))
    for record in records:
        require(may_write(by, record))
    remove_many(records, by=by, verb="撤销导入")
