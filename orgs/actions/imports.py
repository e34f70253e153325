from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs import rules
from orgs.models import SocialOrganization, StageSpan, StrengthReport
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change_many, create_many, remove_many
from xiangshan.core.rules import require


@transaction.atomic
def import_organizations(*, by: User, rows: list[tuple[SocialOrganization, dict[str, Any]]]) -> None:
    """导入: new organizations with the stage they are in, since the day the row says, or today."""
    require(rules.can_add_organizations(by))
    for organization, _ in rows:
        require(rules.can_place_in(by, organization.area))
    create_many([organization for organization, _ in rows], by=by)
    spans = [
        StageSpan(
            organization=organization,
            stage=organization.stage,
            starts_on=values.get("linked_on") or timezone.localdate(),
        )
        for organization, values in rows
    ]
    create_many(spans, by=by, verb="进入阶段")


@transaction.atomic
def take_back_organizations(*, by: User, keys: list[int]) -> None:
    """撤销导入: with the stage they entered by it. Raises ValidationError where something depends on one of them."""
    rows = SocialOrganization.objects.filter(pk__in=keys)
    for organization in rows:
        require(rules.can_edit_organization(by, organization))
    spans = StageSpan.objects.filter(organization__in=keys)
    if len(spans) > len(keys):
        raise ValidationError("有社会组织的阶段在导入后变更过，不能整批撤销")
    remove_many(spans, by=by, verb="撤销导入")
    remove_many(rows, by=by, verb="撤销导入")


@transaction.atomic
def import_strengths(*, by: User, rows: list[tuple[StrengthReport, dict[str, Any]]]) -> None:
    for report, _ in rows:
        require(rules.can_report_strength(by, report.organization))
        report.reported_by = by
    create_many([report for report, _ in rows], by=by)


@transaction.atomic
def import_records(*, by: User, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    """导入 of branches, venues and employers: what adding one by one would have made of them."""
    for record, _ in rows:
        require(rules.can_place_in(by, record.area))
    create_many([record for record, _ in rows], by=by)


def edit_records(model: type[Any], *, by: User, values: dict[int, dict[str, Any]], verb: str = "导入") -> None:
    """更新 by a file; the importer has asked the rule of each record before, and asks again here."""
    with transaction.atomic():
        for record in model.objects.filter(pk__in=list(values)).select_related(
            "area" if model is not StrengthReport else "organization"
        ):
            may = rules.can_write(by, record)
            require(may)
        change_many(model, values, by=by, verb=verb)


def take_back_records(model: type[Any], *, by: User, keys: list[int]) -> None:
    with transaction.atomic():
        rows = list(model.objects.filter(pk__in=keys))
        for record in rows:
            require(rules.can_write(by, record))
        remove_many(rows, by=by, verb="撤销导入")
