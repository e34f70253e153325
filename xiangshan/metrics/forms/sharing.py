"""What is asked about targets, shared links and briefs."""

from typing import Any

from django import forms
from django.utils import timezone

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.metrics import rules
from xiangshan.metrics.actions import sharing
from xiangshan.metrics.models import BriefMail
from xiangshan.metrics.registry import METRICS
from xiangshan.shared.forms import PortalForm


class TargetForm(PortalForm):
    metric = forms.ChoiceField(
        label="指标", choices=[(one.code, one.name) for one in METRICS if one.quantile is None and not one.is_backlog]
    )
    value = forms.DecimalField(
        label="目标值",
        max_digits=16,
        decimal_places=2,
        min_value=0.01,
        help_text="比率填百分数，如 90 表示 90%；金额填元",
    )
    reason = forms.CharField(label="依据", max_length=300, widget=forms.Textarea, help_text="例如：年度工作要点第 3 条")


class ShareForm(PortalForm):
    title = forms.CharField(label="给谁看", max_length=60, help_text="例如：市总工会调研组；只用来分辨各个链接")
    area = forms.ModelChoiceField(Area.objects.none(), label="哪个地区的数据总览")
    expires_on = forms.DateField(label="有效至", help_text="最长一年；可以随时收回")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = user.scope(Role.COUNTY_STAFF, Role.LEADERSHIP)
        self.fields["area"].queryset = Area.objects.filter(within(over, "pk"), level__lte=Area.Level.TOWN).order_by(
            "pk"
        )

    def clean_expires_on(self) -> Any:
        day, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= day <= today + sharing.LONGEST:
            raise forms.ValidationError("有效期从今天起，最长一年")
        return day


class BriefForm(PortalForm):
    area = forms.ModelChoiceField(Area.objects.none(), label="地区")
    every = forms.ChoiceField(label="多久一次", choices=BriefMail.Every.choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["area"].queryset = rules.visible_areas(user).filter(level__lte=Area.Level.TOWN).order_by("pk")

    def clean(self) -> dict[str, Any]:
        if not self.user.email:
            raise forms.ValidationError("您还没有登记邮箱：请先在“消息”的设置里填写")
        return self.cleaned_data
