"""Every role walks the demo by its links: none is a dead end, and what is read is Chinese as it is printed."""

import re

import pytest

from tests.crawling import Crawl
from tests.test_access import untouched
from tests.test_pages import client_of
from xiangshan.core.accounts.models import User

LOGINS = ("county", "town", "leader", "mediator", "supervisor", "finance", "leadership", "auditor", "admin")
CHINESE = "[\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff\uff00-\uffef]"
HALF_WIDTH = re.compile(f"{CHINESE} ?[,;:?!()]|[,;:?!()] ?{CHINESE}")
# What no reader should meet: escapes, lists and nothings of the code, keys, a year with a comma, a login's name.
RAW = re.compile(
    r"\\u[0-9a-f]{4}|\['|'\]|\bNone\b|\bTrue\b|\bFalse\b|\{\{|\b[a-z]+_[a-z_]+\b|\b[12],\d{3} ?年|以 \w+ 成功登录"
)


@pytest.fixture(params=LOGINS)
def visits(demo, request):
    user = User.objects.get(username=request.param)
    with untouched():
        return Crawl(client_of(user)).run()


def test_links_open_and_pages_read_well(visits):
    assert len(visits) > 20
    dead = [f"{visit.path} ({visit.status}) on {visit.found_on}" for visit in visits if visit.status not in (200, 302)]
    read = {
        f"{visit.path}: {line}"
        for visit in visits
        for line in visit.text.splitlines()
        if HALF_WIDTH.search(line) or RAW.search(line)
    }
    assert not dead + sorted(read), "\n".join(dead + sorted(read))
