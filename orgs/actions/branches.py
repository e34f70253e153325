from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs import rules
from orgs.models import (
    BranchCoverage,
    SocialOrganization,
    UnionBranch,
)
from xiangshan.accounts.models import User
from xiangshan.records import change, create, lock
from xiangshan.rules import require


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
