"""What happens to organizations, branches and places. Lock, require, change, afterwards."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs import rules
from orgs.models import (
    BranchCoverage,
    Employer,
    FieldOfWork,
    KeySupport,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    UnionBranch,
    Venue,
)
from xiangshan.accounts.models import User
from xiangshan.records import all_or_none, change, change_many, create, create_many, lock, remove_many
from xiangshan.rules import require

Stage = SocialOrganization.Stage


@transaction.atomic
def add_organization(
    *, by: User, linked_on: date | None = None, fields_of_work: Iterable[FieldOfWork] = (), **values: Any
) -> SocialOrganization:
    """登记: a new organization enters the funnel in its first stage, today or on the day given."""
    organization = SocialOrganization(**values)
    require(rules.can_add_organizations(by))
    require(rules.can_place_in(by, organization.area))
    create(organization, by=by, verb="登记")
    organization.fields_of_work.set(fields_of_work)
    create(
        StageSpan(organization=organization, stage=organization.stage, starts_on=linked_on or timezone.localdate()),
        by=by,
        verb="进入阶段",
    )
    return organization


@transaction.atomic
def edit_organization(
    organization: SocialOrganization, *, by: User, fields_of_work: Iterable[FieldOfWork] | None = None, **values: Any
) -> SocialOrganization:
    """更新资料: by staff, or by its leader. The stage has an action of its own."""
    organization = lock(organization)
    require(rules.can_edit_organization(by, organization))
    if "area" in values and values["area"] != organization.area:
        require(rules.can_place_in(by, values["area"]))
    change(organization, by=by, verb="更新资料", **values)
    if fields_of_work is not None:
        organization.fields_of_work.set(fields_of_work)
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
    span = organization.stage_spans.filter(ends_on__isnull=True).first()
    if span is not None:
        if on < span.starts_on:
            raise ValidationError({"on": f"日期不能早于当前阶段的起始日 {span.starts_on}"})
        change(span, by=by, verb="结束阶段", ends_on=on)
    create(StageSpan(organization=organization, stage=stage, starts_on=on), by=by, verb="进入阶段", reason=reason)
    if stage not in SocialOrganization.LINKED:
        for coverage in organization.coverages.filter(ends_on__isnull=True, starts_on__lt=on):
            change(coverage, by=by, verb="结束覆盖", reason="社会组织退出", ends_on=on)
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


@transaction.atomic
def add_branch(*, by: User, **values: Any) -> UnionBranch:
    branch = UnionBranch(**values)
    require(rules.can_add_branches(by))
    require(rules.can_place_in(by, branch.area))
    return create(branch, by=by, verb="登记")


@transaction.atomic
def edit_branch(branch: UnionBranch, *, by: User, **values: Any) -> UnionBranch:
    branch = lock(branch)
    require(rules.can_edit_branch(by, branch))
    if "area" in values and values["area"] != branch.area:
        require(rules.can_place_in(by, values["area"]))
    return change(branch, by=by, verb="更新资料", **values)


@transaction.atomic
def cover_organization(
    branch: UnionBranch, organization: SocialOrganization, *, by: User, starts_on: date
) -> BranchCoverage:
    """纳入覆盖. Raises ValidationError where the organization is not linked on that day, or the branch does not exist on it."""
    branch, organization = lock(branch), lock(organization)
    require(rules.can_edit_branch(by, branch))
    if not organization.is_linked:
        raise ValidationError({"organization": f"{organization}尚未联系或已退出,不能纳入覆盖"})
    if starts_on < branch.established_on:
        raise ValidationError({"starts_on": f"不能早于工会成立日期 {branch.established_on}"})
    return create(BranchCoverage(branch=branch, organization=organization, starts_on=starts_on), by=by, verb="纳入覆盖")


@transaction.atomic
def end_coverage(coverage: BranchCoverage, *, by: User, ends_on: date, reason: str = "") -> BranchCoverage:
    coverage = lock(coverage)
    require(rules.can_edit_branch(by, coverage.branch))
    return change(coverage, by=by, verb="结束覆盖", reason=reason, ends_on=ends_on)


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
            starts_on=said.get("linked_on") or timezone.localdate(),
        )
        for organization, said in rows
    ]
    create_many(spans, by=by, verb="进入阶段")


@transaction.atomic
def take_back_organizations(*, by: User, keys: list[int]) -> None:
    """撤销导入: with the stage they entered by it. Raises ValidationError where something depends on one of them."""
    found = SocialOrganization.objects.filter(pk__in=keys)
    for organization in found:
        require(rules.can_edit_organization(by, organization))
    spans = StageSpan.objects.filter(organization__in=keys)
    if len(spans) > len(keys):
        raise ValidationError("有社会组织的阶段在导入后变更过,不能整批撤销")
    remove_many(spans, by=by, verb="撤销导入")
    remove_many(found, by=by, verb="撤销导入")


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
        found = list(model.objects.filter(pk__in=keys))
        for record in found:
            require(rules.can_write(by, record))
        remove_many(found, by=by, verb="撤销导入")


@transaction.atomic
def add_venue(*, by: User, **values: Any) -> Venue:
    require(rules.can_add_places(by))
    return create(Venue(**values), by=by, verb="登记")


@transaction.atomic
def edit_venue(venue: Venue, *, by: User, **values: Any) -> Venue:
    venue = lock(venue)
    require(rules.can_edit_place(by, venue))
    return change(venue, by=by, verb="更新资料", **values)


@transaction.atomic
def add_employer(*, by: User, **values: Any) -> Employer:
    require(rules.can_add_places(by))
    return create(Employer(**values), by=by, verb="登记")


@transaction.atomic
def edit_employer(employer: Employer, *, by: User, **values: Any) -> Employer:
    employer = lock(employer)
    require(rules.can_edit_place(by, employer))
    return change(employer, by=by, verb="更新资料", **values)
