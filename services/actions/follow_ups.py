"""What is done about a low rating."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from services.models import FollowUp, SurveyResponse
from services.rules import follow_ups as follow_up_rules
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of, town_of
from xiangshan.core.records import change, lock, writing
from xiangshan.core.rules import require

FOLLOW_UP_WITHIN = timedelta(days=limits.FOLLOW_UP_DAYS)


def open(response: SurveyResponse) -> FollowUp:
    """差评回访, with the answer and in its transaction. No history line and no notice: both would carry its moment."""
    session = response.session
    follow_up = FollowUp(
        response=response,
        session=session,
        opened_on=response.answered_on,
        responsible=_whoever(session.area_id),
        due_on=response.answered_on + FOLLOW_UP_WITHIN,
    )
    with writing(FollowUp, [], [follow_up]):
        follow_up.save(force_insert=True)
    return follow_up


def _whoever(area_id: int) -> User | None:
    """Of the town's staff, else the county's, who has the fewest to follow up."""
    town = town_of(area_id)
    for role, scope in ((Role.TOWN_STAFF, town), (Role.COUNTY_STAFF, county_of(area_id))):
        people = list(holders(role, scope).order_by("pk"))
        if people:
            open_now = dict(
                FollowUp.objects.filter(outcome="open", responsible__in=people)
                .order_by()
                .values_list("responsible")
                .annotate(n=Count("pk", filter=Q(outcome="open")))
            )
            return min(people, key=lambda user: (open_now.get(user.pk, 0), user.pk))
    return None


@transaction.atomic
def assign(follow_up: FollowUp, *, by: User, responsible: User) -> FollowUp:
    """转派, to another of the union's staff over the session. Raises ValidationError."""
    follow_up = lock(follow_up)
    require(follow_up_rules.can_follow_up(by, follow_up))
    if not follow_up_rules.can_follow_up(responsible, follow_up):
        raise ValidationError({"responsible": f"{responsible}不是该场次的工会工作人员"})
    return change(follow_up, by=by, verb="转派", responsible=responsible)


@transaction.atomic
def close(follow_up: FollowUp, *, by: User, outcome: str, text: str) -> FollowUp:
    """办结: what was found and done. Raises ValidationError."""
    follow_up = lock(follow_up)
    require(follow_up_rules.can_follow_up(by, follow_up))
    if outcome == FollowUp.Outcome.OPEN or not text.strip():
        raise ValidationError({"text": "请选择结果，并写明了解到什么、做了什么"})
    return change(
        follow_up,
        by=by,
        verb="办结回访",
        outcome=outcome,
        text=text,
        closed_by=by,
        closed_on=timezone.localdate(),
        responsible=follow_up.responsible or by,
    )
