from xiangshan.metrics.forms.closings import CompileForm, SignForm
from xiangshan.metrics.forms.dashboards import DashboardForm

__all__ = ["CompileForm", "DashboardForm", "SignForm"]
