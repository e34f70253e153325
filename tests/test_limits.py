"""A limit stands once, in core/limits.py: sentences are built from it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("days", [2, 5])
def test_pages_and_rules_follow_one_constant(client, county_staff, monkeypatch, days):
    monkeypatch.setattr(limits, "REPORT_DAYS", days)
    client.force_login(county_staff)
    assert f"超过 {days} 天才报" in client.get("/help/").content.decode()
