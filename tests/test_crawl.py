"""Every role walks the demo by its links: none is a dead end, and what is read is Chinese as it is printed."""

import re

import pytest

from tests.crawling import EACH_PAGE, Crawl
from tests.test_access import untouched
from tests.test_pages import client_of
from xiangshan.core.accounts.models import User
from xiangshan.portal.todo.selectors import waiting_for

LOGINS = ("county", "town", "leader", "mediator", "supervisor", "finance", "leadership", "auditor", "admin")
CHINESE = "[\u2018-\u201d\u2026\u3001-\u303f\u3400-\u9fff\uff00-\uffef]"
HALF_WIDTH = re.compile(f"{CHINESE} ?[,;:?!()]|[,;:?!()] ?{CHINESE}")
# What no reader should meet: escapes, lists and nothings of the code, keys, a year with a comma, a login's name.
RAW = re.compile(
    r"\\u[0-9a-f]{4}|\['|'\]|\bNone\b|\bTrue\b|\bFalse\b|\{\{|\b[a-z]+_[a-z_]+\b|\b[12],\d{3} ?年|以 \w+ 成功登录"
)


# Of each kind of number so many are compared with their list; more in the long gate (make test-junk).
EACH_NUMBER = 1 if EACH_PAGE == 1 else 12
WALKED: dict[str, Crawl] = {}


@pytest.fixture(params=LOGINS)
def crawl(demo, request):
    """Walked once for a role: nothing is written on the way."""
    return _walk(request.param)


def _walk(login: str) -> Crawl:
    if login not in WALKED:
        with untouched():
            WALKED[login] = Crawl(client_of(User.objects.get(username=login)))
            WALKED[login].run()
            WALKED[login].compare(EACH_NUMBER)  # here: the login is gone with what is undone
    return WALKED[login]


def test_links_open_and_pages_read_well(crawl):
    assert len(crawl.visits) > 20
    dead = [
        f"{visit.path} ({visit.status}) on {visit.found_on}" for visit in crawl.visits if visit.status not in (200, 302)
    ]
    read = {
        f"{visit.path}: {line}"
        for visit in crawl.visits
        for line in visit.text.splitlines()
        if HALF_WIDTH.search(line) or RAW.search(line)
    }
    assert not dead + sorted(read), "\n".join(dead + sorted(read))


def test_a_number_is_what_its_list_says(crawl):
    """One fact, one number: on the dashboard, the overviews, the records, and in the list each number leads to."""
    assert not crawl.wrong, "\n".join(crawl.wrong)


@pytest.mark.parametrize("login", LOGINS)
def test_what_waits_is_what_its_list_holds(demo, login):
    user = User.objects.get(username=login)
    crawl = Crawl(client_of(user))
    kinds = [kind for kind in waiting_for(user).kinds if kind.all_link and kind.are_all]
    counts = {kind.code: (f"{kind.count:,}", crawl.told(kind.all_link)) for kind in kinds}
    assert not {code: pair for code, pair in counts.items() if pair[0] not in (pair[1] or ())}


def test_the_walk_has_numbers_to_compare(demo):
    assert _walk("county").compared > 20
