from xiangshan.metrics.forms.closings import CompileForm, SignForm
from xiangshan.metrics.forms.dashboards import DashboardForm
from xiangshan.metrics.forms.sharing import BriefForm, ShareForm, TargetForm

__all__ = ["BriefForm", "CompileForm", "DashboardForm", "ShareForm", "SignForm", "TargetForm"]
