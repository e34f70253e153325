"""Pages of figures, by noun."""

from xiangshan.metrics.views.closings import (
    closing_detail,
    closing_export,
    closing_list,
    closing_new,
    closing_reopen,
    closing_sign,
    closing_statement,
    closing_verify,
)
from xiangshan.metrics.views.dashboards import dashboard, dashboard_more, figure_organizations
from xiangshan.metrics.views.figures import (
    favourite_drop,
    favourite_new,
    figure_brief,
    figure_detail,
    figure_list,
    figure_pivot,
)
from xiangshan.metrics.views.quality import data_quality, job_list, job_run
from xiangshan.metrics.views.sharing import brief_drop, brief_list, share_list, share_revoke, shared_dashboard
from xiangshan.metrics.views.targets import target_detail, target_drop, target_list, target_set

__all__ = [
    "brief_drop",
    "brief_list",
    "closing_detail",
    "closing_export",
    "closing_list",
    "closing_new",
    "closing_reopen",
    "closing_sign",
    "closing_statement",
    "closing_verify",
    "dashboard",
    "dashboard_more",
    "data_quality",
    "favourite_drop",
    "favourite_new",
    "figure_brief",
    "figure_detail",
    "figure_list",
    "figure_organizations",
    "figure_pivot",
    "job_list",
    "job_run",
    "share_list",
    "share_revoke",
    "shared_dashboard",
    "target_detail",
    "target_drop",
    "target_list",
    "target_set",
]
