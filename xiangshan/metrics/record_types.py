"""Which records of figures carry files, comments and a history."""

from xiangshan.core.record_types import RecordType, offer
from xiangshan.metrics import rules
from xiangshan.metrics.models import Target, YearClosing
from xiangshan.metrics.registry import BY_CODE

offer(
    RecordType(YearClosing, rules.can_comment_closing, "closing_detail"),
    RecordType(
        Target,
        rules.can_change_target,
        "target_detail",
        words={"metric": lambda code: BY_CODE[code].name if code in BY_CODE else code},
    ),
)
