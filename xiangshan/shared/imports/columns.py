"""The usual kinds of columns, as the registers of all apps declare them."""

from typing import Any

from xiangshan.core.money import as_yuan
from xiangshan.shared.imports import cells, references
from xiangshan.shared.imports.schemas import ImportColumn


def plain_words(value: Any) -> str:
    return "" if value is None else str(value)


def day_text(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"


def clock_text(value: Any) -> str:
    return "" if value is None else f"{value:%H:%M}"


def names_of(value: Any) -> str:
    return "、".join(references.name_of(one) for one in value or [])


def words(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    return ImportColumn(name, label, more.pop("parse", cells.text), plain_words, aliases, **more)


def day(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    more.setdefault("help", "如 2015-07-01")
    return ImportColumn(name, label, more.pop("parse", cells.day), day_text, aliases, **more)


def count(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    more.setdefault("help", "不小于 0 的整数")
    return ImportColumn(name, label, cells.number, plain_words, aliases, **more)


def money(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    more.setdefault("help", "元；列名或标题写明万元的按万元")

    def shown(value: Any) -> str:
        return "" if value is None else as_yuan(value)

    return ImportColumn(name, label, cells.amount, shown, aliases, **more)


def one_of(choices: Any, name: str, label: str, *aliases: str, everyday: Any = None, **more: Any) -> ImportColumn:
    options = tuple(str(label) for _, label in choices)
    parse, shown = references.choice(choices, everyday), references.label_of(choices)
    return ImportColumn(name, label, parse, shown, aliases, options=options, **more)


def reference(name: str, label: str, model: Any, what: str, *names: str, **more: Any) -> ImportColumn:
    aliases = more.pop("aliases", ())
    parse = references.record(model, what, *names, all_of_them=more.pop("all_of_them", False))
    return ImportColumn(name, label, parse, references.name_of, aliases, **more)


def area(*aliases: str, label: str = "所在地区", **more: Any) -> ImportColumn:
    usual = ("所属镇街", "镇街", "所属地区", "地区", "镇乡街道", "所在镇街", "镇（街道）", "所属街道")
    more.setdefault("required", True)
    more.setdefault("help", "镇乡街道全称，或“镇街 · 社区”，或区划代码")
    return ImportColumn("area", label, references.area, references.area_label, (*aliases, *usual), **more)
