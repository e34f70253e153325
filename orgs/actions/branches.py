from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from orgs import rules
from orgs.models import BranchCoverage, SocialOrganization, UnionBranch
from xiangshan.core.accounts.models import User
from xiangshan.core.records import Automatic, change, create, lock, remove_many
from xiangshan.core.rules import require


@transaction.atomic
def add(*, by: User, **values: Any) -> UnionBranch:
    branch = UnionBranch(**values)
    require(rules.can_add_branches(by))
    require(rules.can_place_in(by, branch.area))
    return create(branch, by=by, verb="登记")


@transaction.atomic
def edit(branch: UnionBranch, *, by: User, **values: Any) -> UnionBranch:
    branch = lock(branch)
    require(rules.can_edit_branch(by, branch))
    if "area" in values and values["area"] != branch.area:
        require(rules.can_place_in(by, values["area"]))
    if dissolved_on := values.get("dissolved_on"):
        end_coverages(branch.coverages.all(), dissolved_on, by=by, reason="工会撤销")
    return change(branch, by=by, verb="更新资料", **values)


def end_coverages(coverages: QuerySet[Any], on: date, *, by: User, reason: str) -> None:
    """Nothing is covered from a day on: what began on it or later has never been."""
    remove_many(coverages.filter(starts_on__gte=on), by=by, verb="撤回覆盖", reason=Automatic(reason))
    for coverage in coverages.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on)):
        change(coverage, by=by, verb="结束覆盖", reason=Automatic(reason), ends_on=on)


@transaction.atomic
def cover(branch: UnionBranch, organization: SocialOrganization, *, by: User, starts_on: date) -> BranchCoverage:
    """纳入覆盖. Raises ValidationError where the organization is not linked on that day, or the branch does not exist on it."""
    branch, organization = lock(branch), lock(organization)
    require(rules.can_edit_branch(by, branch))
    if not organization.is_linked:
        raise ValidationError({"organization": f"{organization}尚未联系或已退出，不能纳入覆盖"})
    if starts_on < branch.established_on:
        raise ValidationError({"starts_on": f"不能早于工会成立日期 {branch.established_on}"})
    if branch.dissolved_on and starts_on >= branch.dissolved_on:
        raise ValidationError({"starts_on": f"工会已于 {branch.dissolved_on} 撤销"})
    if not organization.is_linked_since(starts_on):
        raise ValidationError({"starts_on": f"{organization}在这一天尚未联系，或其后退出过；请填重新联系之后的日期"})
    return create(BranchCoverage(branch=branch, organization=organization, starts_on=starts_on), by=by, verb="纳入覆盖")


@transaction.atomic
def end_coverage(coverage: BranchCoverage, *, by: User, ends_on: date, reason: str = "") -> BranchCoverage:
    coverage = lock(coverage)
    require(rules.can_edit_branch(by, coverage.branch))
    return change(coverage, by=by, verb="结束覆盖", reason=reason, ends_on=ends_on)
