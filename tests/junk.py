"""Input that nobody means, for every address, form and JSON door: planned from a seed, so that a failure comes again."""

import html
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent

# `make test-junk` sends all of it, the other suites a part.
ALL = os.environ.get("JUNK") == "all"
JUNK = (
    *("", " ", "\u3000", "0", "-1", "-0", "1", "7", "²", "٣", "12", "1.5", "1e3", "1e309", "1_000", "NaN", "Infinity"),  # noqa: RUF001
    *("9" * 18, "9" * 19, "9" * 40, "-" + "9" * 40, "0x1F", "1,2", "1;2", "1-2", "¥3333", "3,333.33", "+86 138"),
    *("9999-12-31", "0001-01-01", "0000-00-00", "2026-02-30", "2026-2-3", "20260203", "2026-W01", "2026-11"),
    *("9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30T10:00", "24:00", "23:59", "00:00", "25:61"),
    *("None", "null", "true", "false", "on", "[]", "{}", "[1]", '{"a": 1}', "undefined"),
    *("\x00", "a\x00b", "\x0b", "\x02", "a\nb", "a\r\nX-Y: z", "\u202e", "𠮷", "👩‍👩‍👧‍👦", "e\u0301", "\ufeff"),
    *("'", '"', "' OR 1=1 --", "%", "_", "%s", "{0}", "{{ 7 }}", "<script>alert(1)</script>", "&amp;", "\\", "`"),
    *("../../etc/passwd", "http://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "?q=1"),
    *("a" * 200, "字" * 5000, "1 " * 500, "name,name", "-held_on", "pk", "__class__", "organization__name"),
    *("xlsx", "csv", "pdf", "docx", "month", "week", "list", "330225", "330225000000", "330225001000", "999999999999"),
)
FILES = ("a", "a.jpg", "照片.png", "a.xlsx", "a\x00.pdf", "a" * 300 + ".jpg", "a.svg")
# What views read beside their forms.
READ = re.compile(r'\b(?:GET|POST|params|data|values)(?:\.get(?:list)?\(|\[)"(\w+)"')
NAMED = re.compile(r'\bname="([\w-]+)"')
FORM = re.compile(r'<form[^>]*\bmethod="post"[^>]*>(.*?)</form>', re.DOTALL)
INPUT = re.compile(r"<input\b[^>]*>")
TEXTAREA = re.compile(r'<textarea[^>]*\bname="([\w-]+)"[^>]*>(.*?)</textarea>', re.DOTALL)
SELECT = re.compile(r'<select[^>]*\bname="([\w-]+)"[^>]*>(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option[^>]*\bvalue="([^"]*)"')
VALUE = re.compile(r'\bvalue="([^"]*)"')


def names_read() -> list[str]:
    """Every name that some view reads from an address or a form by hand."""
    files = [
        file
        for app in ("xiangshan", "orgs", "projects", "services", "mediation")
        for file in (ROOT / app).rglob("*.py")
    ]
    return sorted({name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))})


def fields_of(page: str) -> dict[str, list[str]]:
    """What the forms of a page ask, each with values that they offer."""
    fields: dict[str, list[str]] = {}
    for form in FORM.findall(page):
        for tag in INPUT.findall(form):
            if name := NAMED.search(tag):
                value = VALUE.search(tag)
                fields.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
        for name, text in TEXTAREA.findall(form):
            fields.setdefault(name, []).append(html.unescape(text))
        for name, options in SELECT.findall(form):
            fields.setdefault(name, []).extend(html.unescape(value) for value in OPTION.findall(options)[:5])
    fields.pop("csrfmiddlewaretoken", None)
    return fields


class Chance:
    """What is sent next."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  (a plan, no secret)
        self.names = names_read()

    def junk(self) -> str:
        return self.random.choice(JUNK)

    def query(self, names: list[str]) -> dict[str, Any]:
        pool = [*names, *self.names]
        chosen = self.random.sample(pool, k=min(len(pool), self.random.randint(1, 4)))
        return {name: [self.junk() for _ in range(self.random.choice((1, 1, 2)))] for name in chosen}

    def posted(self, fields: dict[str, list[str]]) -> dict[str, Any]:
        """A form filled as its page offers, but for a few fields."""
        values: dict[str, Any] = {name: self.random.choice(offered) for name, offered in fields.items() if offered}
        pool = [*fields, *fields, *self.names] or self.names
        for name in self.random.sample(pool, k=min(len(pool), self.random.randint(1, 4))):
            values[name] = self.random.choice(
                (
                    self.junk(),
                    self.junk(),
                    [self.junk(), self.junk()],
                    SimpleUploadedFile(self.random.choice(FILES), b"\x00junk"),
                )
            )
        return values

    def json(self, depth: int = 0) -> Any:
        kind = self.random.randint(0, 8 if depth < 2 else 5)
        if kind <= 2:
            return self.random.choice((self.junk(), self.junk(), "\ud800"))  # what JSON can say and no text can be
        if kind == 3:
            return self.random.choice((None, True, False, 1.5, float("nan"), 10**40, -1, 7))
        if kind in (4, 5):
            return self.random.randint(-(10**20), 10**20)
        if kind == 6:
            return [self.json(depth + 1) for _ in range(3)]
        return {self.junk(): self.json(depth + 1) for _ in range(3)}


WRITES = re.compile(r'^\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)
SAVEPOINT = re.compile(r'^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"?(\w+)"?', re.IGNORECASE)


class Writes(list[str]):
    """Which tables were written, without what was taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.points: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if point := SAVEPOINT.match(sql):
            verb, name = point[1].upper(), point[2]
            if verb == "SAVEPOINT":
                self.points[name] = len(self)
            elif verb.startswith("ROLLBACK"):
                del self[self.points[name] :]
        elif written := WRITES.match(sql):
            self.append(written[1])
        return result


@contextmanager
def writes_seen() -> Iterator[Writes]:
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes
