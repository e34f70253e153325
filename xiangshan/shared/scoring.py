"""Scoring by weighted criteria: of bids by evaluators (采购评审), of applications by reviewers (申报评审).

The models, the form's field, how points are saved and how they are added up stand here once. The apps decide who may score what, and
when a score is final.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create

CENT = Decimal("0.01")
Key = TypeVar("Key")


class Criterion(models.Model):
    """评审标准 with its weight in per cent; those of one decision add up to 100."""

    title = models.CharField("标准", max_length=30)
    weight = models.PositiveSmallIntegerField("权重（%）", validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.title} {self.weight}%"


class Score(models.Model):
    """评分: points of one judge by one criterion, 0 to 100."""

    points = models.DecimalField(
        "得分",
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        abstract = True


def points_field(label: str, given: Decimal | None, **more: Any) -> forms.DecimalField:
    """Asks for one score; it may stay empty until the sheet is handed in."""
    field = forms.DecimalField(
        label=label, min_value=0, max_value=100, decimal_places=1, required=False, initial=given, **more
    )
    field.widget.attrs["inputmode"] = "decimal"
    return field


def keep_points(sheet: Mapping[Key, Any], points: Mapping[Key, Decimal], *, by: User, finish: bool) -> None:
    """Saves one judge's points. `sheet` holds every score asked of the judge, saved already or still blank.

    Raises ValidationError where points are given for what is not asked; with `finish`, also where a score is missing.
    """
    if points.keys() - sheet.keys():
        raise ValidationError("评分的对象或标准已经变动，请刷新后再评")
    for key, given in points.items():
        if sheet[key].pk:
            change(sheet[key], by=by, verb="修改评分", points=given)
        else:
            sheet[key].points = given
            create(sheet[key], by=by, verb="评分")
    if finish and (missing := sum(score.pk is None for score in sheet.values())):
        raise ValidationError(f"还有 {missing} 项没有评分")


def weighted(points: Mapping[int, Decimal], weights: Mapping[int, int]) -> Decimal:
    """One judge's score, 0 to 100: points by criterion, weighted."""
    whole = sum((points[key] * weight for key, weight in weights.items()), Decimal(0))
    return whole / sum(weights.values())


def mean_of(scores: Sequence[Decimal]) -> Decimal:
    """To two places; 0 where nobody scored."""
    return mean(scores).quantize(CENT, ROUND_HALF_UP) if scores else Decimal(0)


def spread_of(scores: Sequence[Decimal]) -> Decimal:
    """How far the judges lie apart: the highest less the lowest."""
    return (max(scores) - min(scores)).quantize(CENT, ROUND_HALF_UP) if scores else Decimal(0)
