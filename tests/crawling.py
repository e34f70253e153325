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


@dataclass
class Crawl:
    client: Client
    each: int = EACH_PAGE
    visits: list[Visit] = field(default_factory=list)

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
            for link in LINK.findall(body):
                link = urljoin(path, unescape(link))
                if not link.startswith("/") or OTHER.search(link) or link in seen:
                    continue
                seen.add(link)
                waiting.append((link, path))
        return self.visits
