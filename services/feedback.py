"""What workers said of a session, as far as its reader may know it.

The union reads single answers. The organization reads its own only in fives and a day later: five answers that became known together
cannot be told apart by somebody who saw who held a phone in his hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from services.models import ActivitySession, SurveyResponse
from services.rules import follow_ups as follow_up_rules
from services.themes import group
from xiangshan.core import limits
from xiangshan.core.accounts.models import User
from xiangshan.shared.wilson import LEAST_ANSWERS


@dataclass(frozen=True)
class Feedback:
    """`answers` is how many are shown, of them `satisfied`; the stars with how many gave each; comments by theme."""

    answers: int
    satisfied: int
    stars: dict[int, int]
    comments: dict[str, list[SurveyResponse]]
    withheld: str = ""  # why there is not more, in words

    @property
    def is_shown(self) -> bool:
        return self.answers > 0


def tells_satisfied(user: User, answers: int) -> bool:
    """Whether somebody is told how many of so many answers were satisfied: who may not read single ones, only of enough."""
    return bool(follow_up_rules.can_read_feedback(user)) or answers >= LEAST_ANSWERS


def feedback_on(user: User, session: ActivitySession) -> Feedback:
    if follow_up_rules.can_read_feedback(user):
        return _of(list(session.survey_responses.order_by("answered_on", "pk")))
    known = list(session.survey_responses.filter(answered_on__lt=timezone.localdate()).order_by("answered_on", "pk"))
    shown = known[: len(known) // limits.ANSWERS_AT_ONCE * limits.ANSWERS_AT_ONCE]
    text = (
        "" if len(shown) == session.responses else f"为保护评价人，评价每满 {limits.ANSWERS_AT_ONCE} 份、隔天显示一次。"
    )
    return _of(shown, text)


def _of(answers: Sequence[Any], withheld: str = "") -> Feedback:
    stars = {star: sum(answer.overall == star for answer in answers) for star in range(5, 0, -1)}
    return Feedback(
        answers=len(answers),
        satisfied=sum(answer.is_satisfied for answer in answers),
        stars=stars,
        comments=group([answer for answer in answers if answer.comment]),
        withheld=withheld,
    )
