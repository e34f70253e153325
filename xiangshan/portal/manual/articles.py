"""The users' manual (docs/manual.zh.md) as articles by role and task: read once, searched by a clerk's words."""

import re
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from xiangshan.core.accounts.models import Role

MANUAL = "docs/manual.zh.md"
# Whose chapter is whose: by the first word of its heading.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "社会组织负责人": (Role.ORG_LEADER,),
    "工会工作人员": (Role.COUNTY_STAFF, Role.TOWN_STAFF),
    "领导": (Role.LEADERSHIP,),
    "财务": (Role.FINANCE,),
    "经审": (Role.AUDITOR,),
    "调解员与权益保障": (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR),
    "系统管理员": (Role.ADMINISTRATOR,),
    "每个人": tuple(Role.values),
    "最近更新": tuple(Role.values),
}
# What people put around the words they look for.
ASKING = re.compile(r"怎么样?|如何|怎样|在哪里?|哪里|什么是|能不能|可不可以|我想|我要|请问|[？?，,。 ]")
# The manual is read in the repository too: there its pictures lie beside it.
PICTURE = re.compile(r'src="\.\./static/([^"]+)"')
TITLE_AT_MOST = 18


@dataclass(frozen=True)
class Article:
    """One task: its title, its words as a page shows them and as they are searched, and whose it is."""

    slug: str
    title: str
    chapter: str
    roles: tuple[str, ...]
    html: SafeString
    text: str


@cache
def articles() -> tuple[Article, ...]:
    markdown = MarkdownIt("commonmark", {"html": False})
    found: list[Article] = []
    for heading, body in _parts((settings.BASE_DIR / MANUAL).read_text(encoding="utf-8")):
        chapter = re.sub(r"^[一二三四五六七八九十]+、|（.*?）", "", heading)
        for title, text in _tasks(body):
            slug = f"task-{len(found) + 1}"
            drawn = PICTURE.sub(lambda found: f'src="{static(found[1])}" loading="lazy"', markdown.render(text))
            html = mark_safe(drawn)  # noqa: S308  (the portal's own manual, raw HTML off)
            found.append(Article(slug, title, chapter, CHAPTERS.get(chapter, tuple(Role.values)), html, _plain(text)))
    return tuple(found)


def _parts(manual: str) -> list[tuple[str, str]]:
    pieces = re.split(r"^## (.+)$", manual, flags=re.MULTILINE)
    return list(zip(pieces[1::2], pieces[2::2], strict=True))


def _tasks(body: str) -> list[tuple[str, str]]:
    """Each bullet of a chapter is a task; steps in numbers, and what stands under a bold line, belong to that line."""
    found: list[tuple[str, str]] = []
    under = ""
    for block in re.split(r"\n\n+", body.strip()):
        if block.startswith("- "):
            for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:]:
                found.append((_title_of(item), item.strip()))
        elif re.match(r"\d+\. ", block) and under:
            found.append((under, block))
        elif (bold := re.match(r"\*\*(.+?)[：:]?\*\*[：:]?\s*(.*)", block, re.DOTALL)) is not None:
            under = bold[1].rstrip("：")
            if bold[2]:
                found.append((under, bold[2]))
        elif len(block) > TITLE_AT_MOST:
            found.append((_title_of(block), block))
    return found


def _title_of(item: str) -> str:
    bold = re.match(r"\*\*(.+?)\*\*", item)
    words = bold[1] if bold else re.split(r"[：；。]", _plain(item))[0]
    words = words.rstrip("：")
    return words if len(words) <= TITLE_AT_MOST else re.split("，", words)[0][:TITLE_AT_MOST]


def _plain(text: str) -> str:
    words = re.sub(r"!\[.*?\]\(.*?\)", "", text)
    return re.sub(r"[*`]|^\d+\. ", "", words, flags=re.MULTILINE).strip()


def search(q: str, roles: set[str]) -> list[Article]:
    """Those that hold the words, what one's own role does first, a title before a text."""
    words = ASKING.sub("", q).lower()
    if not words:
        return []

    def rank(article: Article) -> int | None:
        other = int(not roles & set(article.roles))
        title, text = article.title.lower(), article.text.lower()
        if title.startswith(words):
            return other
        if words in title:
            return 2 + other
        if words in text:
            return 4 + other
        pairs = {words[n : n + 2] for n in range(len(words) - 1)}
        held = sum(pair in title + text for pair in pairs)
        return 6 + other if pairs and held >= max(len(pairs) - 1, 1 if len(pairs) == 1 else 2) else None

    ranked = [(place, article) for article in articles() if (place := rank(article)) is not None]
    return [article for _, article in sorted(ranked, key=lambda pair: pair[0])]
