"""What a file does to the registers of this app: the same as one by one, in bulk."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from orgs import rules
from orgs.models import (
    BranchCoverage,
    KeySupport,
    OrganizationDuty,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    UnionBranch,
)
from xiangshan.core.accounts.models import User
from xiangshan.core.records import create_many, remove_many
from xiangshan.core.rules import require
from xiangshan.shared.comments.models import Comment

Made = dict[int, list[Model]]  # by the key of a row's record: what else was made of the row, undone with it
Duty = OrganizationDuty.Duty


@transaction.atomic
def import_organizations(*, by: User, rows: list[tuple[SocialOrganization, dict[str, Any]]]) -> Made:
    """导入: new organizations with the stage they are in, since the day the row says, or today; their heads and remarks with them."""
    require(rules.can_add_organizations(by))
    for organization, _ in rows:
        require(rules.can_place_in(by, organization.area))
    create_many([organization for organization, _ in rows], by=by)
    today = timezone.localdate()
    spans = [
        StageSpan(organization=organization, stage=organization.stage, starts_on=values.get("linked_on") or today)
        for organization, values in rows
    ]
    create_many(spans, by=by, verb="进入阶段")
    heads = [
        OrganizationDuty(
            organization=organization,
            duty=Duty.HEAD,
            name=values["head"],
            starts_on=values.get("linked_on") or organization.founded_on or today,
        )
        for organization, values in rows
        if values.get("head")
    ]
    create_many(heads, by=by)
    kind = ContentType.objects.get_for_model(SocialOrganization)
    remarks = [
        Comment(content_type=kind, object_id=organization.pk, text=values["remark"], is_internal=True, by=by)
        for organization, values in rows
        if values.get("remark")
    ]
    create_many(remarks, by=by)
    made: Made = defaultdict(list)
    for head in heads:
        made[head.organization_id].append(head)
    for remark in remarks:
        made[remark.object_id].append(remark)
    return made


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


def fill_organization(organization: SocialOrganization, values: dict[str, Any], known: Any = None) -> None:
    """Raises ValidationError for a head whose name is too long to be one."""
    if len(values.get("head") or "") > 40:
        raise ValidationError({"head": "负责人姓名最多 40 字"})


def fill_branch(branch: UnionBranch, values: dict[str, Any], known: Any = None) -> None:
    """Where no column says where it lies: where what it covers lies, if that is one place. Raises ValidationError."""
    areas = {one.area for one in values.get("covered") or []}
    if branch.area_id is None and len(areas) == 1:
        branch.area = areas.pop()
    if branch.area_id is None:
        raise ValidationError({"area": "表里没有所在地区，覆盖的组织又不在同一个地方，请补上"})
    for organization in values.get("covered") or []:
        fill_coverage(BranchCoverage(branch=branch, organization=organization), {})


@transaction.atomic
def import_branches(*, by: User, rows: list[tuple[UnionBranch, dict[str, Any]]]) -> Made:
    """导入: new branches with the organizations they cover, since their founding, or since the union is linked with each."""
    import_records(by=by, rows=rows)
    coverages = []
    for branch, values in rows:
        for organization in values.get("covered") or []:
            coverage = BranchCoverage(branch=branch, organization=organization)
            fill_coverage(coverage, {})
            coverages.append(coverage)
    create_many(coverages, by=by, verb="纳入覆盖")
    made: Made = defaultdict(list)
    for coverage in coverages:
        made[coverage.branch_id].append(coverage)
    return made


def fill_coverage(coverage: BranchCoverage, values: dict[str, Any], known: Any = None) -> None:
    """Since the branch stands and the organization is linked. Raises ValidationError where it is not linked then."""
    if not coverage.organization.is_linked:
        raise ValidationError({"organization": f"{coverage.organization}尚未联系或已退出，不能纳入覆盖"})
    linked_on = _linked_since(coverage.organization)
    if coverage.starts_on is None:
        coverage.starts_on = max(coverage.branch.established_on, linked_on)
    if coverage.starts_on < coverage.branch.established_on:
        raise ValidationError({"starts_on": f"不能早于工会成立日期 {coverage.branch.established_on}"})
    if coverage.starts_on < linked_on:
        raise ValidationError({"starts_on": f"{coverage.organization}从 {linked_on} 起才是联系的组织，不能更早"})


def _linked_since(organization: SocialOrganization) -> date:
    """The first day of the unbroken time in which it is linked until today."""
    spans = organization.stage_spans.order_by("-starts_on", "-pk")
    since = timezone.localdate()
    for span in spans:
        if span.stage not in SocialOrganization.LINKED:
            break
        since = span.starts_on
    return since


def fill_duty(duty: OrganizationDuty, values: dict[str, Any], known: Any = None) -> None:
    """Of a person whose day is not known, today. Raises ValidationError for a second head at a time."""
    duty.starts_on = duty.starts_on or timezone.localdate()
    if duty.ends_on is not None and duty.ends_on < duty.starts_on:
        raise ValidationError({"ends_on": "职务的截止日不能早于起始日"})
    if duty.duty == Duty.HEAD and duty.ends_on is None:
        held = duty.organization.duties.filter(duty=Duty.HEAD, ends_on__isnull=True).first()
        if held is not None:
            raise ValidationError({"name": f"该组织已有在任的负责人{held.name}，请在页面上用“交接”更换"})
        if known is not None and known.once(("head", duty.organization_id), lambda: duty) is not duty:
            raise ValidationError({"name": "表里这家组织有两位在任的负责人，请给离任的写上截止日"})


def fill_key_support(support: KeySupport, values: dict[str, Any], known: Any = None) -> None:
    """A calendar year. Raises ValidationError for what is none."""
    if not 2000 <= (support.year or 0) <= timezone.localdate().year + 1:
        raise ValidationError({"year": "年度应是四位年份，如 2020"})
    support.starts_on, support.ends_on = date(support.year, 1, 1), date(support.year + 1, 1, 1)


@transaction.atomic
def import_of_organizations(*, by: User, rows: list[tuple[Any, dict[str, Any]]]) -> None:
    """导入 of what is kept of organizations: people, honours, key support, coverage."""
    for record, _ in rows:
        require(rules.can_write(by, record))
    create_many([record for record, _ in rows], by=by)
