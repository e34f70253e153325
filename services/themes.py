"""What comments are about, by the words in them: a first sorting for whoever reads many, nothing cleverer."""

from collections.abc import Iterable
from typing import Any

THEMES = {
    "内容与讲师": ("讲", "内容", "老师", "实用", "有用", "听不懂", "专业", "节目", "表演", "课"),
    "时间安排": ("时间", "太短", "太长", "迟到", "晚了", "准时", "周末", "下班", "午休", "等了"),
    "场地与设备": ("场地", "地方", "空调", "太热", "太冷", "座位", "音响", "话筒", "听不清", "太小", "挤"),
    "组织与服务": ("组织", "秩序", "排队", "通知", "态度", "服务", "热情", "志愿者", "签到"),
    "希望再办": ("再来", "多办", "多搞", "下次", "希望", "建议", "常来", "期待"),
}
OTHER = "其他"


def theme_of(comment: str) -> str:
    """The first theme one of whose words occurs in it."""
    return next((theme for theme, words in THEMES.items() if any(word in comment for word in words)), OTHER)


def group(answers: Iterable[Any]) -> dict[str, list[Any]]:
    """Answers with a comment, by theme, the lowest rating first; empty themes left out."""
    result: dict[str, list[Any]] = {theme: [] for theme in (*THEMES, OTHER)}
    for answer in sorted(answers, key=lambda one: one.overall):
        result[theme_of(answer.comment)].append(answer)
    return {theme: rows for theme, rows in result.items() if rows}
