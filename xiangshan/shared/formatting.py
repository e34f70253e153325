"""Turns that recur on documents: the foot, days and sums in full, the place to sign."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from xiangshan.core.areas.counties import county_at
from xiangshan.core.money import as_yuan, in_capitals
from xiangshan.shared.rendering import Section


def foot_of(number: str, area_id: int) -> str:
    """The foot of a paper of the county in which this area lies; without a number, of what has none."""
    made = f"{county_at(area_id).portal_name} {timezone.localdate():%Y-%m-%d} 生成"
    return f"{number} · {made}" if number else made


def in_words(day: date | None) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else "      年    月    日"


def moment(at: datetime) -> str:
    """A moment in Shanghai, to the minute."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def yuan_in_full(amount: Decimal) -> str:
    """人民币壹佰元整(¥100): contracts and receipts carry both (支付结算办法)."""
    return f"人民币{in_capitals(amount)}（{as_yuan(amount)}）"


def signatures_of(one: tuple[str, str], other: tuple[str, str], day: date | None) -> Section:
    """Where both sign, kept together on one page."""
    blank = "\n\n"
    return Section(
        "签署",
        heads=(f"{one[0]}：{one[1]}", f"{other[0]}：{other[1]}"),
        rows=[(f"代表（签字）：{blank}日期：{in_words(day)}", f"代表（签字）：{blank}日期：{in_words(day)}")],
        keep_together=True,
    )
