from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.core.constraints import unique
from xiangshan.core.querysets import closed_door
from xiangshan.shared.lists.spans import Span, moved


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    @closed_door
    def visible_to(self, user: User) -> "SavedViewQuerySet":
        """One's own, and what colleagues of the union share; leaders of organizations share nothing and see only their own."""
        shared = Q(is_shared=True) if user.areas else Q(pk__in=[])
        return self.filter(Q(user=user) | shared)


class SavedView(models.Model):
    """常用视图: a list with its filters, sorting and columns, under a name. Without a name: the columns its user shows."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_views", verbose_name="用户")
    table = models.CharField("列表", max_length=40)
    name = models.CharField("名称", max_length=30, blank=True)
    query = models.CharField("筛选", max_length=1000, blank=True)
    columns: Any = models.JSONField("列", default=list, blank=True)
    span = models.CharField("日期", max_length=5, choices=Span, default=Span.FIXED, blank=True)
    is_shared = models.BooleanField("与同事共用", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "常用视图"
        ordering = ["name", "pk"]
        constraints = [unique("saved_view_once", "user", "table", "name", message="您已有同名视图")]

    def __str__(self) -> str:
        return self.name

    @property
    def query_now(self) -> str:
        """The filters as they are today: a view of this year is one of next year in January."""
        return moved(self.query, Span(self.span), timezone.localdate())
