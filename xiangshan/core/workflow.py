"""States of a record, and which may follow which."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models


class Workflow(models.Model):
    """A record with a status. TRANSITIONS names what may follow each; rules ask `can_become` before an action changes it."""

    TRANSITIONS: ClassVar[Mapping[str, set[str]]]
    STATUS_FIELD: ClassVar[str] = "status"

    class Meta:
        abstract = True

    def can_become(self, status: str) -> bool:
        return status in self.next_states

    @property
    def next_states(self) -> set[str]:
        return self.TRANSITIONS.get(getattr(self, self.STATUS_FIELD), set())
