from django.db import models

from services.models.contracts import ServiceContract
from xiangshan.core.accounts.models import ScopedThrough
from xiangshan.core.constraints import unique


class RequiredDocument(ScopedThrough):
    """应交材料: a document the contract asks for, and the file that answers it."""

    SCOPED_THROUGH = "contract"

    class Due(models.TextChoices):
        SIGNING = "signing", "签订前"
        ACCEPTANCE = "acceptance", "验收前"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="documents", verbose_name="合同")
    title = models.CharField("材料", max_length=40)
    due = models.CharField("何时交", max_length=10, choices=Due, default=Due.ACCEPTANCE)
    attachment = models.ForeignKey(
        "dossier.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    class Meta:
        verbose_name = "应交材料"
        ordering = ["pk"]
        constraints = [unique("document_asked_once", "contract", "title", message="这份材料已经列出")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_there(self) -> bool:
        return self.attachment is not None and self.attachment.removed_at is None
