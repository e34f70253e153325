"""Which records of figures carry files, comments and a history."""

from xiangshan.metrics import rules
from xiangshan.metrics.models import Target, YearClosing
from xiangshan.subjects import Subject, offer

offer(
    Subject(YearClosing, rules.can_comment_closing, "closing_detail"),
    Subject(Target, rules.can_change_target, "target_detail"),
)
