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
from xiangshan.metrics.views.dashboards import dashboard, figure_detail, figure_organizations

__all__ = [
    "closing_detail",
    "closing_export",
    "closing_list",
    "closing_new",
    "closing_reopen",
    "closing_sign",
    "closing_statement",
    "closing_verify",
    "dashboard",
    "figure_detail",
    "figure_organizations",
]
