"""Which records of figures carry files, comments and a history."""

from xiangshan.metrics import rules
from xiangshan.metrics.models import YearClosing
from xiangshan.subjects import Subject, offer

offer(Subject(YearClosing, rules.can_comment_closing, "closing_detail"))
