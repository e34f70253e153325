"""Running numbers of contracts, cases and payments: no gaps, no repeats."""

from django.db import models


class NumberSequence(models.Model):
    """编号: the last number given out in a series. Taken inside the transaction of its record: no gaps, no repeats."""

    key = models.CharField("序列", max_length=60, primary_key=True)
    last = models.PositiveIntegerField("最后编号", default=0)

    class Meta:
        app_label = "areas"
        verbose_name = "编号序列"

    def __str__(self) -> str:
        return f"{self.key} {self.last}"


def next_number(key: str) -> int:
    """The next number of a series; the series is held until the transaction ends, so a rollback gives the number back."""
    NumberSequence.objects.get_or_create(key=key)
    sequence = NumberSequence.objects.select_for_update().get(key=key)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last
