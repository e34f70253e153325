"""How the cells of a clerk's ledger become values: days, numbers, amounts, telephones. Pure: no database, no clock.

Each function raises ValidationError with words for the person who filled the cell in, and Unsure where two readings are possible.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from cn2an import cn2an
from django.core.exceptions import ValidationError

from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import NOTATION, is_in_calendar

TAKE, LEAVE_EMPTY, LEAVE_OUT = "=", "", "!"  # answers: as suggested; leave the cell empty; leave the row out
DASHES = "\u2014\u2013\u2012\u2015\u2212\uff0d\u2500"
TO_ORDINARY = str.maketrans(dict.fromkeys(DASHES, "-"))
NOTHING = {"无", "暂无", "没有", "未填", "空", "无此项", "/", "\\", "-", "--", "---", "n/a", "na", "none", "null"}
SERIALS = range(20_000, 80_000)  # days since 1899-12-30 that a spreadsheet shows as a number: 1954 to 2119
ROUNDED_FROM = 10**15  # a spreadsheet keeps fifteen digits
WAN = 10_000
MONTH_ALONE, YEAR_ALONE, SHORT_YEAR, ABOUT = "只写到月", "只写年份", "两位年份", "约数"
FULL_DAY = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?(?:[ T]*\d{1,2}:\d{2}(?::\d{2})?)?"
)
COMPACT_DAY = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})")
YEAR_MONTH = re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*月?份?")
YEAR_ONLY = re.compile(r"(?P<y>(?:19|20)\d{2})\s*年?")
SHORT_DAY = re.compile(r"(?P<y>\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?")
MONTH_DAY = re.compile(r"(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?")
CHINESE_YEAR = re.compile(r"([〇零○一二三四五六七八九]{4})年")
CHINESE_NUMBER = re.compile(r"[一二三四五六七八九十]{1,3}(?=[月日号])")


class Unsure(Exception):
    """A cell that can be read in more than one way, or by nobody alone: asked once for all cells alike (`key`)."""

    def __init__(
        self, question: str, options: Sequence[tuple[str, str]] = (), *, key: str = "", suggestion: Any = None
    ) -> None:
        super().__init__(question)
        self.question, self.options, self.key, self.suggestion = question, list(options), key, suggestion
        self.others: list[Unsure] = []  # of a cell that names several


@dataclass
class Context:
    """What the cells of a file share: who reads it, what its titles say, what was answered, and look-ups made once."""

    user: User
    year: int | None = None  # of days written without one
    unit: int = 1  # of amounts: 10,000 where the title or heading says 万元
    telephone_code: str = ""
    answers: dict[str, str] = field(default_factory=dict)  # of the present column: what its cells were said to mean
    settled: list["Unsure"] = field(default_factory=list)  # doubts of the present cell that an answer settled
    memory: dict[Any, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what was done with the present row's cells

    def once(self, key: Any, build: Callable[[], Any]) -> Any:
        if key not in self.memory:
            self.memory[key] = build()
        return self.memory[key]


class LeftOut(Exception):
    """Somebody answered that rows with this cell are not to be taken in."""


def answered(parse: "Callable[[Any, Context], Any]", value: Any, known: Context) -> Any:
    """The value of a cell, by what was answered for cells like it. Raises Unsure where nobody has, LeftOut, ValidationError."""
    try:
        return parse(value, known)
    except Unsure as unsure:
        unsure.key = unsure.key or written(value)
        answer = known.answers.get(unsure.key)
        if answer is None:
            raise
        known.settled.append(unsure)
        if answer == LEAVE_OUT:
            raise LeftOut from None
        if answer == TAKE:
            return unsure.suggestion
        try:
            return parse(answer, known)
        except Unsure:
            raise ValidationError(f"“{answer}”已不能用，请重新选择") from None


def confirm(question: str, key: str, known: Context) -> None:
    """Asks whether what looks wrong is meant. Raises Unsure until somebody said so, LeftOut where the row is not to be taken."""
    options = [(TAKE, "照样登记"), (LEAVE_OUT, "这些行不导入")]
    answered(lambda value, known: _ask(question, options, key), key, known)


def _ask(question: str, options: list[tuple[str, str]], key: str) -> None:
    raise Unsure(question, options, key=key)


def written(value: Any) -> str:
    """A cell as text: full-width signs as ordinary ones, what nobody sees taken out, line breaks as spaces; rare characters stay."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return str(int(value)) if float(value).is_integer() and abs(value) < 10**18 else repr(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, (date, time, timedelta)):
        return str(value)
    return clean(str(value))


def clean(value: str) -> str:
    """Without invisible signs and with ordinary spaces; punctuation and characters stay as they were typed."""
    if value.isascii() and value.isprintable():
        return value.strip()
    shown = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zs", "Zl", "Zp") else sign
        for sign in value
        if unicodedata.category(sign) not in ("Cf", "Cs")  # private signs are somebody's rare character
    )
    return " ".join(shown.split())


def folded(value: Any) -> str:
    """For numbers and codes: full-width letters and digits, and every kind of dash, as a keyboard has them."""
    return unicodedata.normalize("NFKC", written(value)).translate(TO_ORDINARY).strip()


def is_nothing(value: Any) -> bool:
    """What people write into a cell that has nothing to say."""
    return value is None or folded(value).lower() in NOTHING | {""}


def text(value: Any, known: Context) -> str:
    """Words, as they are; a cell of dashes says nothing."""
    if isinstance(value, str) and "\n" in value:
        lines = [clean(line) for line in value.splitlines()]
        return " ".join(line for line in lines if line)
    found = not_rounded(value) if isinstance(value, (int, float)) else written(value)
    return "" if found and not found.strip(f"-/\\{DASHES} ") else found


def lines_of_text(value: Any, known: Context) -> str:
    """Words that may go over several lines."""
    if isinstance(value, str) and "\n" in value:
        return "\n".join(filter(None, (clean(line) for line in value.splitlines())))
    return text(value, known)


def number(value: Any, known: Context) -> int | None:
    """A count: 113人, 12人次, 1,200; 约50人 is asked."""
    if is_nothing(value):
        return None
    entry = folded(value).replace(",", "")
    if NOTATION.search(entry):
        raise ValidationError("应为不小于 0 的整数")
    result = re.fullmatch(
        r"(约|大约|近|左右|余)?\s*(\d{1,9})\s*(?:人次|人|名|场次|场|次|家|个|件|户|位)?\s*(左右|余人?|多人?|以上)?",
        entry,
    )
    if result is None:
        raise ValidationError("应为不小于 0 的整数")
    count = int(result[2])
    if result[1] or result[3]:
        raise Unsure("写的是约数，按所写的数登记吗", [(TAKE, "按所写的数登记")], key=ABOUT, suggestion=count)
    return count


def amount(value: Any, known: Context) -> Decimal | None:
    """Yuan, from 元 or 万元 as the cell, its heading or the title says; at most two places."""
    if is_nothing(value):
        return None
    entry = folded(value).replace(",", "").replace(" ", "")
    result = re.fullmatch(r"[¥￥]?(-?\d+(?:\.\d+)?)(万元|万|元整|元)?", entry)
    if result is None or NOTATION.search(entry):
        raise ValidationError("应为金额，如 3333.33、3,333.33 元或 1.08 万元")
    try:
        unit = {None: known.unit, "万元": WAN, "万": WAN}.get(result[2], 1)
        exact = Decimal(result[1]) * unit
        rounded = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValidationError("应为金额") from error
    # A spreadsheet reckons in binary: 7040.400000000001 is 7040.40, and 7040.405 is somebody's mistake.
    if abs(exact - rounded) > (Decimal("0.000001") if isinstance(value, float) else 0):
        raise ValidationError("金额最多两位小数")
    if rounded < 0:
        raise ValidationError("金额不能是负数")
    return rounded


def day(value: Any, known: Context, *, to_the_month: bool = False) -> date | None:
    """A day. With `to_the_month`, a month or year alone is its first day, and said so; else it is asked."""
    if isinstance(value, datetime):
        return _in_calendar(value.date())
    if isinstance(value, date):
        return _in_calendar(value)
    if is_nothing(value):
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _day_of_number(value, known, to_the_month)
    entry = _with_digits(folded(value))
    entry = re.sub(r"\s*([-/.年月])\s*", r"\1", re.sub(r"-{2,}", "-", entry))
    for pattern in (FULL_DAY, COMPACT_DAY):
        if result := pattern.fullmatch(entry):
            return _made(int(result["y"]), int(result["m"]), int(result["d"]))
    if entry.isdecimal() and int(entry) in SERIALS:
        return _in_calendar(date(1899, 12, 30) + timedelta(days=int(entry)))
    if result := YEAR_MONTH.fullmatch(entry):
        return _part(_made(int(result["y"]), int(result["m"]), 1), MONTH_ALONE, known, to_the_month)
    if result := YEAR_ONLY.fullmatch(entry):
        return _part(date(int(result["y"]), 1, 1), YEAR_ALONE, known, to_the_month)
    if result := SHORT_DAY.fullmatch(entry):
        suggestion = _made(2000 + int(result["y"]), int(result["m"]), int(result["d"]))
        question = "年份只写了两位，前面是年吗"
        raise Unsure(question, [(TAKE, f"是，如 {entry} 是 {suggestion}")], key=SHORT_YEAR, suggestion=suggestion)
    if result := MONTH_DAY.fullmatch(entry):
        return _without_year(int(result["m"]), int(result["d"]), known)
    raise ValidationError("日期应写成 2015-07-01")


def day_to_the_month(value: Any, known: Context) -> date | None:
    """A day of which often only the month or year is known: founded, established."""
    return day(value, known, to_the_month=True)


def _day_of_number(value: float, known: Context, to_the_month: bool) -> date | None:
    """44000.0 is a day of the spreadsheet, 20200715 is written out, 2020.7 a month, 2020 a year, 11.8 the 8th of November."""
    if float(value).is_integer():
        return day(str(int(value)), known, to_the_month=to_the_month)
    if int(value) in SERIALS:
        return _in_calendar(date(1899, 12, 30) + timedelta(days=int(value)))
    whole, _, rest = repr(float(value)).partition(".")
    if len(rest) == 1 and rest in "123":
        # 2020.10 and 2020.1 are one number, and so are 11.30 and 11.3.
        if len(whole) == 4 and rest == "1":
            choices = [(f"{whole}-{month}", f"{whole} 年 {month} 月") for month in (1, 10)]
            raise Unsure(f"表里存的是数字 {value}，分不清是几月", choices, key=f"{value}")
        if len(whole) <= 2 and known.year:
            days = [f"{known.year}-{whole}-{on}" for on in (int(rest), int(rest) * 10)]
            raise Unsure(f"表里存的是数字 {value}，分不清是几日", [(text, text) for text in days], key=f"{value}")
    return day(f"{whole}.{rest}", known, to_the_month=to_the_month)


def _with_digits(entry: str) -> str:
    """二〇二〇年七月十五日 -> 2020年7月15日."""
    if not (result := CHINESE_YEAR.match(entry)):
        return entry
    year = "".join(str("〇一二三四五六七八九".index(sign.replace("零", "〇").replace("○", "〇"))) for sign in result[1])
    return CHINESE_NUMBER.sub(lambda found: str(cn2an(found[0], "normal")), entry.replace(result[1], year, 1))


def _without_year(month: int, on: int, known: Context) -> date:
    if known.year is None:
        raise ValidationError("没有写年份，标题和表名里也没有。请在对应列的页面上填写年份")
    return _made(known.year, month, on)


def _part(first: date, what: str, known: Context, allowed: bool) -> date:
    shown = f"{first:%Y-%m-%d}"
    if allowed:
        known.notes.append(f"{what}，按 {shown} 登记")
        return _in_calendar(first)
    raise Unsure(
        f"{what}，按当月（当年）第一天登记吗", [(TAKE, f"按第一天登记，如 {shown}")], key=what, suggestion=first
    )


def _made(year: int, month: int, on: int) -> date:
    try:
        return _in_calendar(date(year, month, on))
    except ValueError:
        raise ValidationError("没有这一天。日期应写成 2015-07-01") from None


def _in_calendar(found: date) -> date:
    is_in_calendar(found)
    return found


def phone(value: Any, known: Context) -> str:
    """One number, as dialled: +86, spaces, dashes and a name behind it are taken off; of two, the first."""
    if is_nothing(value):
        return ""
    numbers = phones(value, known)
    if len(numbers) > 1:
        known.notes.append(f"写了 {len(numbers)} 个号码，登记第一个；另有 {'、'.join(numbers[1:])}")
    return numbers[0]


PHONE = re.compile(
    r"(?:\+?86[- ]?)?(1\d{2}[- ]?\d{4}[- ]?\d{4})|\(?(0\d{2,3})\)?[- ]?(\d{7,8})(?!\d)|(?<!\d)(\d{7,8})(?!\d)"
)


def phones(value: Any, known: Context) -> list[str]:
    """Every number of a cell. Raises ValidationError where there is none."""
    if isinstance(value, float) and not value.is_integer():
        raise ValidationError("电话号码不正确：手机 11 位，固定电话带区号")
    entry = folded(value)
    numbers = []
    for mobile, code, fixed, local in PHONE.findall(entry):
        if mobile:
            numbers.append(re.sub(r"\D", "", mobile))
        elif fixed:
            numbers.append(f"{code}-{fixed}")
        elif known.telephone_code:
            numbers.append(f"{known.telephone_code}-{local}")
            known.notes.append(f"{local} 没有区号，加上本县的 {known.telephone_code}")
    rest = PHONE.sub("", entry)
    if not numbers or re.search(r"\d", rest):
        raise ValidationError("电话号码不正确：手机 11 位，固定电话带区号，如 0574-65712345")
    if words := re.sub(r"[\s()+、,;/|和或:\-.]|电话|手机", "", rest):
        known.notes.append(f"号码旁边的“{words}”没有登记")
    return numbers


def not_rounded(value: Any) -> str:
    """The digits of a long number. Raises ValidationError where a spreadsheet has rounded them."""
    entry = folded(value)
    if (isinstance(value, (int, float)) and abs(value) >= ROUNDED_FROM) or re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", entry):
        raise ValidationError("Excel 已把这个号码四舍五入，读不回来。请把这一列设为文本格式，重新填写")
    return entry


def yes_or_no(value: Any, known: Context) -> bool | None:
    """是, √, 有, 1 and their opposites."""
    entry = folded(value).lower()
    if entry in ("是", "√", "✓", "v", "有", "对", "1", "y", "yes", "true", "已", "已建", "需要", "需"):
        return True
    if entry in ("否", "×", "x", "无", "没有", "0", "n", "no", "false", "未", "未建", "不", "不需要"):
        return False
    if entry == "":
        return None
    raise ValidationError("请填“是”或“否”")


CLOCK = re.compile(r"(上午|下午|晚上|晚|早上|中午)?\s*(\d{1,2})(?:[:点时](\d{1,2}|半)?分?)")


def span(value: Any, known: Context) -> tuple[time, time | None] | None:
    """When it begins and ends: 9:00-11:00. 上午 alone tells no time, and is left in the row's notes."""
    if isinstance(value, datetime):
        return value.time(), None
    if isinstance(value, time):
        return value, None
    if isinstance(value, float) and 0 <= value < 1:
        minutes = min(round(value * 24 * 60), 24 * 60 - 1)
        return time(minutes // 60, minutes % 60), None
    if is_nothing(value):
        return None
    entry = folded(value)
    if entry in ("上午", "下午", "晚上", "中午", "全天"):
        known.notes.append(f"时间只写了“{entry}”，没有登记时刻")
        return None
    found = list(CLOCK.finditer(entry))
    if not 1 <= len(found) <= 2:
        raise ValidationError("时间应写成 9:00 或 9:00-11:00")
    times, half = [], ""
    for one in found:
        half = one[1] or half
        hour = int(one[2]) + (12 if half in ("下午", "晚上", "晚") and int(one[2]) < 12 else 0)
        try:
            times.append(time(hour, 30 if one[3] == "半" else int(one[3] or 0)))
        except ValueError:
            raise ValidationError("时间应写成 9:00 或 9:00-11:00") from None
    return times[0], times[1] if len(times) > 1 else None
