"""Which records of figures carry files, comments and a history."""

from xiangshan.core.record_types import Subject, offer
from xiangshan.metrics import rules
from xiangshan.metrics.models import Target, YearClosing

offer(
    Subject(YearClosing, rules.can_comment_closing, "closing_detail"),
    Subject(Target, rules.can_change_target, "target_detail"),
)
