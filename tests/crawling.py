"""Walks the portal as a person does: from the first page on, by the links that are shown."""

import os
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

# So many records of a kind are opened; more in the long gate (make test-junk).
EACH_PAGE = int(os.environ.get("CRAWL_EACH", "1"))
LINK = re.compile(r"<a\b[^>]*?\shref=\"([^\"#]+)[^\"]*\"", re.DOTALL)
ANCHOR = re.compile(r"<a\b[^>]*?\shref=\"([^\"#]+)[^\"]*\"[^>]*>(.*?)</a>", re.DOTALL)
NUMBER = re.compile(r"(?<![\d.,-])(?:\d{1,3}(?:,\d{3})+|\d+)(?![\d.,%-])")
NO_COUNT = re.compile(r"分钟|年|%")
HIDDEN = re.compile(r"<(script|style|svg|head|template)\b.*?</\1>", re.DOTALL)
INLINE = re.compile(r"</?(?:a|b|strong|span|small|em|del|code|time|label|kbd|mark)\b[^>]*>")
TAG = re.compile(r"<[^>]+>")
# Keys and codes are quoted, not said.
QUOTED = re.compile(r"<(kbd|code)\b[^>]*>.*?</\1>", re.DOTALL)
# What is no page of the portal: files, exports, the lookup tables' own pages, and what logs one out.
OTHER = re.compile(
    r"^/(static|media|files|admin|api)/|[?&](export|format)=|/(pdf|docx|xlsx)/|\.(ics|csv|xlsx|svg|png)$"
)


def text_of(page: str) -> str:
    """What is read on a page: a line for each block, values of attributes left out."""
    text = TAG.sub("\n", INLINE.sub("", QUOTED.sub("…", HIDDEN.sub("\n", page))))
    return "\n".join(line.strip() for line in unescape(text).splitlines() if line.strip())


@dataclass
class Visit:
    """A page that was opened: from where, what it answered, what it says."""

    path: str
    found_on: str
    status: int
    text: str = ""


@dataclass(frozen=True)
class Claim:
    """A number on a page that leads to a list: what it says there, and where it leads."""

    number: str
    words: str
    link: str
    said_on: str
    kind: tuple[str, str]  # the page it stands on, and the list it leads to


@dataclass
class Crawl:
    client: Client
    each: int = EACH_PAGE
    visits: list[Visit] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    compared: int = 0
    wrong: list[str] = field(default_factory=list)

    def told(self, link: str) -> set[str] | None:
        """What a list says of itself: how many rows, and what they add up to; None where the page is no list."""
        answer = self.client.get(link)
        assert answer.status_code == 200, link
        text = text_of(answer.content.decode())
        if not (count := re.search(r"共 ([\d,]+) 条", text)):
            return None
        sums = re.search(r"(?:合计|最近一次合计)[^\n]*", text)
        return {count[1], *NUMBER.findall(sums[0] if sums else "")}

    def compare(self, each: int) -> None:
        """Looks up the numbers in the lists behind them, so many of each kind: what disagrees is `wrong`."""
        looked, lists = Counter(), {}
        for claim in self.claims:
            looked[claim.kind] += 1
            if looked[claim.kind] > each:
                continue
            if claim.link not in lists:
                lists[claim.link] = self.told(claim.link)
            told = lists[claim.link]
            if told is None:
                continue
            self.compared += 1
            if claim.number not in told:
                self.wrong.append(f"{claim.said_on} says {claim.words}, {claim.link} says {sorted(told)}")

    def _claim(self, body: str, path: str, name: str) -> None:
        for href, inner in ANCHOR.findall(HIDDEN.sub("", body)):
            link, words = urljoin(path, unescape(href)), " ".join(unescape(TAG.sub("", inner)).split())
            numbers = NUMBER.findall(words)
            # The head of a column and the page's own parts are no claims, nor are shares and minutes.
            counts = len(numbers) == 1 and "?" in link and "sort=" not in link and not NO_COUNT.search(words)
            if counts and link.startswith("/") and not link.startswith("/dashboard") and not OTHER.search(link):
                self.claims.append(Claim(numbers[0], words, link, path, (name, urlsplit(link).path)))

    def run(self, start: str = "/") -> list[Visit]:
        seen = {start}
        opened: Counter[str] = Counter()
        waiting = deque([(start, "")])
        while waiting:
            path, found_on = waiting.popleft()
            try:
                name = resolve(urlsplit(path).path).view_name
            except Resolver404:
                self.visits.append(Visit(path, found_on, 404))
                continue
            if opened[name] >= self.each:
                continue
            opened[name] += 1
            answer = self.client.get(path)
            is_page = answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html")
            body = answer.content.decode() if is_page else ""
            self.visits.append(Visit(path, found_on, answer.status_code, text_of(body)))
            self._claim(body, path, name)
            for link in LINK.findall(body):
                link = urljoin(path, unescape(link))
                if not link.startswith("/") or OTHER.search(link) or link in seen:
                    continue
                seen.add(link)
                waiting.append((link, path))
        return self.visits
