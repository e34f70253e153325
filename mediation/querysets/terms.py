from datetime import date

from django.db import models
from django.db.models import Q


class TermQuerySet(models.QuerySet):
    def in_force_on(self, day: date) -> "TermQuerySet":
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=day), effective_from__lte=day)
