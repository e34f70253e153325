"""Money is a Decimal in yuan with two places, everywhere."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cn2an import an2cn
from django import forms
from django.core.validators import MinValueValidator
from django.db import models

FEN = Decimal("0.01")


# What people write around a number of yuan: signs of the currency, separators, spaces.
AROUND_AMOUNTS = str.maketrans("", "", "¥\uffe5,\uff0c \u3000元")


class AmountField(forms.DecimalField):
    """An amount as people write it: 3,333.33, ¥3333, 3333 元. Shown as it was typed, since a number box takes no separators."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.translate(AROUND_AMOUNTS) if isinstance(value, str) else value)

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "data-money": True}


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """金额: yuan with two places, never negative, at most 99,999,999,999.99."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Decimal(0))
        kwargs |= {"max_digits": 13, "decimal_places": 2}
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, MinValueValidator(0)]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": AmountField, "min_value": 0, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_digits")
        kwargs.pop("decimal_places")
        return name, path, args, kwargs


def totals(rows: models.QuerySet[Any], *names: str) -> dict[str, Decimal]:
    """What money fields add up to, to the fen on both databases.

    SQLite adds them as floating numbers and answers 0.30000000000000004: off by far less than a fen below 90 trillion yuan.
    """
    result = rows.aggregate(**{name: models.Sum(name, default=0) for name in names})
    return {name: Decimal(amount).quantize(FEN) for name, amount in result.items()}


def as_yuan(amount: Decimal | int) -> str:
    """¥ with thousands separators; the cents only where there are any."""
    amount = Decimal(amount)
    sign, amount = "-" if amount < 0 else "", abs(amount)
    return f"{sign}¥{amount:,.0f}" if amount == amount.to_integral_value() else f"{sign}¥{amount:,.2f}"


def in_capitals(amount: Decimal) -> str:
    """人民币大写, as contracts and receipts carry it (支付结算办法, 银发〔1997〕393号, annex 1): 壹佰元整."""
    return an2cn(f"{amount:.2f}", "rmb")


def split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Parts in proportion to their weights, whole fen, that add up to the amount exactly; the last part takes what rounding leaves.

    Raises ValueError where there is something to split and nothing to split it by.
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        if amount:
            raise ValueError("nothing to split by")
        return [Decimal(0)] * len(weights)
    parts, begun, taken = [], Decimal(0), Decimal(0)
    for weight in weights:
        begun += weight
        upto = (amount * begun / whole).quantize(FEN, ROUND_HALF_UP)
        parts.append(upto - taken)
        taken = upto
    return parts
