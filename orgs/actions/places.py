from typing import Any

from django.db import transaction

from orgs import rules
from orgs.models import Employer, Venue
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require


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
