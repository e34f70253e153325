"""A limit stands once, in core/limits.py: sentences are built from it."""

import ast
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from mediation.reminders import STUDIO_AFTER
from tests import factories
from xiangshan.core import limits

NUMBER = re.compile(r"\d+ ?(?:天|日内|小时|分钟|MB|份|张)(?![^ ]*日)")


def sentences(path: Path) -> list[str]:
    """What a file says to people: a template as it is, of Python the texts that are no docstrings."""
    text = path.read_text()
    if path.suffix == ".html":
        return [text]
    tree = ast.parse(text)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


def test_no_sentence_says_a_limit_by_itself():
    product = ["templates/*.html", "orgs/*.py", "projects/*.py", "services/*.py", "mediation/*.py", "xiangshan/*.py"]
    listed = subprocess.run(["git", "ls-files", *product], capture_output=True, text=True, check=True).stdout.split()
    paths = [path for path in map(Path, listed) if "demo" not in path.parts and "migrations" not in path.parts]
    assert len(paths) > 400
    numbers = {str(path): NUMBER.findall(text) for path in paths if path.is_file() for text in sentences(path)}
    assert {path: found for path, found in numbers.items() if found} == {}


# The manual is written by hand: what it says of each limit.
MANUAL = {
    "REPORT_DAYS": ("活动结束 {} 天之内上报", "；超过 {} 天，"),
    "SESSION_PHOTOS": ("最多 {} 张",),
    "ANSWERS_AT_ONCE": ("每满 {} 份",),
    "LEAST_ANSWERS": ("评价不满 {} 份", "评价不到 {} 份"),
    "FOLLOW_UP_DAYS": ("期限（{} 天）",),
    "BRIEF_AFTER_DAYS": ("结束后第 {} 天",),
    "LOCKED_MINUTES": ("锁定 {} 分钟",),
}


def test_the_manual_says_the_limits_as_they_are():
    manual = Path("docs/manual.zh.md").read_text()
    for name, sentences_of_it in MANUAL.items():
        for sentence in sentences_of_it:
            text = sentence.format(getattr(limits, name))
            assert text in manual, f"docs/manual.zh.md: {text}"
            manual = manual.replace(text, "")
    assert NUMBER.findall(manual) == [f"{STUDIO_AFTER} 分钟"], "a number of the manual that MANUAL does not name"


@pytest.mark.parametrize("days", [2, 5])
def test_pages_and_rules_follow_one_constant(client, county_staff, monkeypatch, days):
    monkeypatch.setattr(limits, "REPORT_DAYS", days)
    client.force_login(county_staff)
    planned = factories.SessionFactory(held_on=timezone.localdate() + timedelta(days=1))
    assert f"之后 {days} 天内由社会组织上报" in client.get(f"/services/sessions/{planned.pk}/").content.decode()
