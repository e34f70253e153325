from typing import Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from stdnum.cn import ric

from mediation.models.cases import MediationCase, of_own_cases
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.encryption import EncryptedField, blind_index, blind_indexes, encrypted_fields


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(of_own_cases(user)) if user.is_authenticated else self.none()

    def known_by(self, *words: str) -> Self:
        """Parties with exactly this phone or ID number."""
        rows = [
            blind_index
            for word in words
            for blind_index in blind_indexes("".join(word.split()).replace("-", "").removeprefix("+86"))
        ]
        return self.filter(Q(phone_index__in=rows) | Q(id_index__in=rows)) if rows else self.none()


class Party(ScopedThrough):
    """当事人: encrypted at rest, shown masked, revealed on purpose with a reason; found again by exact phone or ID number."""

    SCOPED_THROUGH = "case"

    class Side(models.TextChoices):
        WORKER = "worker", "职工"
        REPRESENTATIVE = "representative", "职工代表"
        EMPLOYER = "employer", "用人单位方"
        AGENT = "agent", "代理人"

    WORKER_SIDE = (Side.WORKER, Side.REPRESENTATIVE)

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="parties", verbose_name="案件")
    side = models.CharField("身份", max_length=14, choices=Side, default=Side.WORKER)
    name = EncryptedField("姓名", validators=[MaxLengthValidator(40)])
    phone = EncryptedField("电话", blank=True, validators=[MaxLengthValidator(20)])
    id_number = EncryptedField("身份证号", blank=True, validators=[MaxLengthValidator(18)])
    phone_index = models.CharField("电话指纹", max_length=64, blank=True, editable=False, db_index=True)
    id_index = models.CharField("证件指纹", max_length=64, blank=True, editable=False, db_index=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = "当事人"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.pk}" if self.pk else self.get_side_display()

    def clean(self) -> None:
        self.phone = "".join(self.phone.split()).replace("-", "").removeprefix("+86")
        self.id_number = "".join(self.id_number.split()).upper()
        if self.phone and not (self.phone.lstrip("+").isdecimal() and len(self.phone) >= 7):
            raise ValidationError({"phone": "电话只写数字，座机请带区号"})
        if self.id_number and not ric.is_valid(self.id_number):
            raise ValidationError({"id_number": "身份证号不对，请核对 18 位号码（GB 11643）"})
        self.phone_index, self.id_index = blind_index(self.phone), blind_index(self.id_number)

    @property
    def masked_name(self) -> str:
        return f"{self.name[:1]}{'*' * max(1, min(3, len(self.name) - 1))}" if self.name else "（已隐去）"

    @property
    def masked_phone(self) -> str:
        return f"{self.phone[:3]}****{self.phone[-4:]}" if len(self.phone) >= 11 else "*" * len(self.phone)

    @property
    def masked_id_number(self) -> str:
        return f"{self.id_number[:3]}{'*' * 11}{self.id_number[-4:]}" if self.id_number else ""


class Reveal(models.Model):
    """查看当事人: who looked at a party in plain, when and why. Documents that name the parties are reveals too."""

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="reveals", verbose_name="案件")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="reveals", verbose_name="当事人"
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="查看人")
    at = models.DateTimeField("时间", auto_now_add=True)
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = "查看当事人"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.by} {self.reason}"


class PartyLookup(models.Model):
    """查找记录: who asked for a phone or ID number when, and how many cases it had; never for which number."""

    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="查找人")
    at = models.DateTimeField("时间", auto_now_add=True)
    found = models.PositiveIntegerField("案件数")

    class Meta:
        verbose_name = "查找记录"
        indexes = [models.Index(fields=["by", "at"], name="lookup_by_user")]

    def __str__(self) -> str:
        return f"{self.by} {self.found}"


auditlog.register(Party, exclude_fields=[*encrypted_fields(Party), "phone_index", "id_index"])
