"""Chinese text carries full-width punctuation (GB/T 15834): names each half-width sign beside Chinese, and each word
for which the glossary has another, and exits 1; --fix sets the signs.

Read are the strings of Python and JavaScript (docstrings and comments are English), what templates show, and the users' manual.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tracked import tracked

WIDER = 0xFEE0  # from a half-width sign to its full-width one
SIGNS = ",;:?!"
CHINESE = re.compile("[\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff\uff00-\uffef]")
QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
ATTRIBUTE = re.compile(r"=\"([^\"]*)\"", re.DOTALL)
MARKUP = re.compile(
    r"(?P<hidden>\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->)"
    r"|(?P<value>\{\{.*?\}\})"
    r"|(?P<tag>\{%.*?%\})"
    r"|(?P<element></?[a-zA-Z!](?:\"[^\"]*\"|\{%.*?%\}|\{\{.*?\}\}|[^>\"])*>)",
    re.DOTALL,
)
SCRIPT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`|!(?=\[)|\]\([^)\s]*\)", re.DOTALL)
# What stands for a piece that is no text: code, a value of the page (mostly Chinese), or nothing that is read.
UNKNOWN, VALUE, TOUCHING = "\x00", "\x02", "\x01"


def widened(text: str) -> str:
    """The same text with full-width signs wherever Chinese, or a value of the page, stands beside or between them."""
    while (result := _once(text)) != text:
        text = result
    return text


def _once(text: str) -> str:
    result = list(text)

    def beside(at: int, step: int) -> str:
        at += step
        while 0 <= at < len(text) and (text[at].isspace() or text[at] == TOUCHING):
            at += step
        return text[at] if 0 <= at < len(text) else ""

    def touches(before: str, after: str) -> bool:
        values = {before, after} <= {VALUE, ""} and before + after != ""
        return values or CHINESE.match(before) is not None or CHINESE.match(after) is not None

    opened = []
    for at, sign in enumerate(text):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            first = opened.pop()
            of_values = VALUE in text[first:at] and beside(first, -1) == VALUE
            if of_values or CHINESE.search(text, first, at) or touches(beside(first, -1), beside(at, 1)):
                result[first], result[at] = chr(ord("(") + WIDER), chr(ord(")") + WIDER)
        elif sign in SIGNS and touches(beside(at, -1), beside(at, 1)):
            result[at] = chr(ord(sign) + WIDER)
    return "".join(result)


def around(text: str, pieces: list[tuple[int, int, str, str]]) -> str:
    """Widens a text in which pieces (from, to, what stands for them, what they become) are no text of their own."""
    plain = text
    for start, end, stand_in, _ in pieces:
        plain = plain[:start] + stand_in * (end - start) + plain[end:]
    result = widened(plain)
    for start, end, _, becomes in pieces:
        result = result[:start] + becomes + result[end:]
    return result


def quoted(code: str) -> str:
    return QUOTED.sub(lambda match: widened(match[0]), code)


def markup(text: str, value: str = VALUE) -> str:
    """A template, or an attribute of one."""
    pieces = []
    for match in MARKUP.finditer(text):
        stand_in, becomes = TOUCHING, match[0]
        if match["value"]:
            stand_in, becomes = value, quoted(match[0])
        elif match["tag"]:
            becomes = quoted(match[0])
        elif match["element"]:
            becomes = ATTRIBUTE.sub(lambda attribute: f'="{markup(attribute[1], UNKNOWN)}"', match[0])
        pieces.append((*match.span(), stand_in, becomes))
    return around(text, pieces)


def script(text: str) -> str:
    def string(match: re.Match[str]) -> str:
        if match[0].startswith("/"):
            return match[0]
        holes = re.finditer(r"\$\{[^}]*\}|\\.", match[0]) if match[0][0] == "`" else re.finditer(r"\\.", match[0])
        return around(match[0], [(*hole.span(), UNKNOWN, quoted(hole[0])) for hole in holes])

    return SCRIPT.sub(string, text)


def manual(text: str) -> str:
    return around(text, [(*match.span(), UNKNOWN, match[0]) for match in CODE.finditer(text)])


def holes(literal: str) -> list[tuple[int, int, str, str]]:
    """The expressions in an f-string's source; a string within one is text again."""
    result, at = [], 0
    while at < len(literal):
        if literal[at : at + 2] in ("{{", "}}"):
            at += 2
        elif literal[at] == "{":
            start, depth = at, 0
            while at < len(literal):
                depth += (literal[at] == "{") - (literal[at] == "}")
                at += 1
                if depth == 0:
                    break
            result.append((start, at, VALUE, quoted(literal[start:at])))
        else:
            at += 1
    return result


def python(text: str) -> str:
    documentation = set()
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            documentation.add((body[0].value.lineno, body[0].value.col_offset))
    lines = text.splitlines(keepends=True)
    for token in reversed(list(tokenize.generate_tokens(io.StringIO(text).readline))):
        (row, column), (last, end) = token.start, token.end
        prefix = re.match("[a-zA-Z]*", token.string)[0].lower()  # type: ignore[index]
        # A pattern, or a program in a string of many lines, keeps its own signs.
        if token.type != tokenize.STRING or "r" in prefix or token.string.endswith('"""'):
            continue
        if not CHINESE.search(token.string):
            continue
        if (row, len(lines[row - 1][:column].encode())) in documentation:
            continue
        pieces = holes(token.string) if "f" in prefix else []
        pieces += [(*match.span(), UNKNOWN, match[0]) for match in re.finditer(r"\\.", token.string)]
        # Its quotes: the sentence may go on in the next string.
        opening = len(prefix) + 1
        pieces += [
            (0, opening, TOUCHING, token.string[:opening]),
            (len(token.string) - 1, len(token.string), TOUCHING, token.string[-1]),
        ]
        changed = around(token.string, pieces)
        whole = lines[row - 1][:column] + changed + lines[last - 1][end:]
        lines[row - 1 : last] = [whole]
    return "".join(lines)


KINDS = {
    "*.py": python,
    "templates/*.html": markup,
    "*/templates/*.html": markup,
    "templates/*.js": script,
    "static/js/*.js": script,
    "tests/js/*.mjs": script,
    "docs/*.zh.md": manual,
}


# Words for which the glossary has another (docs/glossary.md, "One word a thing").
OLD_WORDS = re.compile(
    "受益职工人次|服务职工人次|受益人次|保存草稿|存为草稿|退回更正|马上出勤|乡镇|扫码佐证率|现借给|这个字段是必填项"
)


def differing() -> Iterator[tuple[Path, str, str]]:
    for pattern, read in KINDS.items():
        for path in tracked(pattern):
            before = path.read_text()
            if (after := read(before)) != before:
                yield path, before, after


def main() -> int:
    wrong = 0
    for path, before, after in differing():
        if "--fix" in sys.argv:
            path.write_text(after)
            continue
        for number, (old, new) in enumerate(zip(before.splitlines(), after.splitlines(), strict=True), start=1):
            if old != new:
                wrong += 1
                print(f"{path}:{number}: {old.strip()}")
    for path in tracked("*.py", "templates/*.html", "static/js/*.js", "docs/*.zh.md"):
        if path == Path(__file__).relative_to(Path.cwd()) or path.parts[0] == "tests":
            continue
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if found := OLD_WORDS.search(line):
                wrong += 1
                print(f"{path}:{number}: {found[0]}: the glossary has another word")
    if wrong:
        print(f"{wrong} lines; make fmt sets the punctuation")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
