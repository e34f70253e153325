from typing import Any

from auditlog.context import disable_auditlog
from factory.django import DjangoModelFactory


class RecordFactory(DjangoModelFactory):
    """Makes records that stand before the test begins: without history, which takes as long to write as they do."""

    class Meta:
        abstract = True

    @classmethod
    def _generate(cls, strategy: Any, params: Any) -> Any:
        with disable_auditlog():
            return super()._generate(strategy, params)
