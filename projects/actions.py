from typing import Any

from django.db import transaction

from projects import rules
from projects.models import SupportProject
from xiangshan.accounts.models import User
from xiangshan.records import change, create, lock
from xiangshan.rules import require


@transaction.atomic
def assign_project(*, by: User, **values: Any) -> SupportProject:
    """指定扶持: a project assigned by the union without an application."""
    project = SupportProject(**values)
    require(rules.can_assign_project(by, project.organization))
    return create(project, by=by, verb="登记")


@transaction.atomic
def edit_project(project: SupportProject, *, by: User, **values: Any) -> SupportProject:
    project = lock(project)
    require(rules.can_edit_project(by, project))
    return change(project, by=by, verb="更新", **values)
