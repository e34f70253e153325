"""Money is a Decimal in yuan with two places, everywhere."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models


class MoneyField(models.DecimalField):
    """金额: yuan with two places, never negative, at most 99,999,999,999.99."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", Decimal(0))
        kwargs |= {"max_digits": 13, "decimal_places": 2}
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, MinValueValidator(0)]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_digits")
        kwargs.pop("decimal_places")
        return name, path, args, kwargs


def as_yuan(amount: Decimal | int) -> str:
    """¥ with thousands separators; the cents only where there are any."""
    amount = Decimal(amount)
    return f"¥{amount:,.0f}" if amount == amount.to_integral_value() else f"¥{amount:,.2f}"
