from django.db import models

from services.models.contracts import ServiceContract
from xiangshan.core.accounts.models import User
from xiangshan.core.constraints import unique


class ContractAmendment(models.Model):
    """变更协议: a contract changed after signing. Both versions are kept, whole."""

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="amendments", verbose_name="合同")
    version = models.PositiveSmallIntegerField("版本")
    agreed_on = models.DateField("变更日期")
    reason = models.CharField("变更原因", max_length=300)
    before = models.JSONField("变更前")
    after = models.JSONField("变更后")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "变更协议"
        ordering = ["version"]
        constraints = [unique("amendment_version_once", "contract", "version")]

    def __str__(self) -> str:
        return f"{self.contract} 第 {self.version} 版"
