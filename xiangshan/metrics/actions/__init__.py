from xiangshan.metrics.actions.closing import compile_year, reopen_year, sign_year
from xiangshan.metrics.actions.sharing import (
    count_opening,
    drop_favourite,
    keep_favourite,
    revoke_share,
    share_dashboard,
    subscribe_brief,
    unsubscribe_brief,
)
from xiangshan.metrics.actions.targets import drop_target, set_target

__all__ = [
    "compile_year",
    "count_opening",
    "drop_favourite",
    "drop_target",
    "keep_favourite",
    "reopen_year",
    "revoke_share",
    "set_target",
    "share_dashboard",
    "sign_year",
    "subscribe_brief",
    "unsubscribe_brief",
]
