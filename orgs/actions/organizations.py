from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs import rules
from orgs.actions import branches
from orgs.departure import departures
from orgs.models import FieldOfWork, KeySupport, SocialOrganization, StageSpan, StrengthReport
from xiangshan.core.accounts.actions import end_posts
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import all_or_none, change, create, lock, set_related
from xiangshan.core.rules import require

Stage = SocialOrganization.Stage


@transaction.atomic
def add(
    *, by: User, linked_on: date | None = None, fields_of_work: Iterable[FieldOfWork] = (), **values: Any
) -> SocialOrganization:
    """登记: a new organization enters the funnel in its first stage, today or on the day given."""
    organization = SocialOrganization(**values)
    require(rules.can_add_organizations(by))
    require(rules.can_place_in(by, organization.area))
    create(organization, by=by, verb="登记")
    set_related(organization, "fields_of_work", fields_of_work, by=by, verb="服务领域")
    create(
        StageSpan(organization=organization, stage=organization.stage, starts_on=linked_on or timezone.localdate()),
        by=by,
        verb="进入阶段",
    )
    return organization


@transaction.atomic
def edit(
    organization: SocialOrganization, *, by: User, fields_of_work: Iterable[FieldOfWork] | None = None, **values: Any
) -> SocialOrganization:
    """更新资料: by union staff; a leader proposes changes instead. The stage has an action of its own."""
    organization = lock(organization)
    require(rules.can_edit_organization(by, organization))
    if "area" in values and values["area"] != organization.area:
        require(rules.can_place_in(by, values["area"]))
    change(organization, by=by, verb="更新资料", **values)
    if fields_of_work is not None:
        set_related(organization, "fields_of_work", fields_of_work, by=by, verb="更新资料")
    return organization


@transaction.atomic
def change_stage(
    organization: SocialOrganization, stage: str, *, by: User, on: date | None = None, reason: str = ""
) -> SocialOrganization:
    """变更阶段: ends the stage it was in and opens the next. One that leaves is no longer covered by any branch.

    Raises ValidationError where the day lies before the present stage began, or in the future.
    """
    organization = lock(organization)
    require(rules.can_change_stage(by, organization))
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能在今天之后"})
    if stage == organization.stage:
        return organization
    if stage == Stage.LEFT and (
        reasons := [word for departure in departures() for word in departure.in_the_way(organization)]
    ):
        raise ValidationError({"stage": reasons})
    span = organization.stage_spans.filter(ends_on__isnull=True).first()
    if span is not None:
        if on < span.starts_on:
            raise ValidationError({"on": f"日期不能早于当前阶段的起始日 {span.starts_on}"})
        change(span, by=by, verb="结束阶段", ends_on=on)
    create(StageSpan(organization=organization, stage=stage, starts_on=on), by=by, verb="进入阶段", reason=reason)
    if stage == Stage.LEFT:
        end_posts(Role.ORG_LEADER, organization.pk, on, by=by)
        for consequence in departures():
            consequence.carry_out(organization, by, on)
    if stage not in SocialOrganization.LINKED:
        branches.end_coverages(organization.coverages.all(), on, by=by, reason="社会组织退出")
    return change(organization, by=by, verb="变更阶段", reason=reason, stage=stage)


def change_stages(
    organizations: Iterable[SocialOrganization], stage: str, *, by: User, on: date | None = None, reason: str = ""
) -> list[SocialOrganization]:
    """变更阶段 of several at once: all, or none and why not."""
    return all_or_none(organizations, lambda one: change_stage(one, stage, by=by, on=on, reason=reason))


@transaction.atomic
def set_key_support(organization: SocialOrganization, year: int, *, by: User) -> KeySupport:
    """列为重点扶持 for a year. Safe to repeat."""
    organization = lock(organization)
    require(rules.can_set_key_support(by, organization))
    existing = organization.key_supports.filter(year=year).first()
    if existing:
        return existing
    return create(
        KeySupport(organization=organization, year=year, starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1)),
        by=by,
        verb="列为重点扶持",
    )


def set_key_supports(organizations: Iterable[SocialOrganization], year: int, *, by: User) -> list[SocialOrganization]:
    """列为重点扶持 for several at once: all, or none and why not."""
    return all_or_none(organizations, lambda one: set_key_support(one, year, by=by))


@transaction.atomic
def report_strength(organization: SocialOrganization, *, by: User, as_of: date, **numbers: Any) -> StrengthReport:
    """上报队伍规模: a second report for the same day corrects the first."""
    organization = lock(organization)
    require(rules.can_report_strength(by, organization))
    existing = organization.strength_reports.filter(as_of=as_of).first()
    if existing:
        return change(existing, by=by, verb="更正队伍规模", reported_by=by, **numbers)
    return create(
        StrengthReport(organization=organization, as_of=as_of, reported_by=by, **numbers), by=by, verb="上报队伍规模"
    )
