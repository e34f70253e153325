"""Who comes in, from where, and for how long."""

import errno
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client, override_settings
from django.utils import timezone

from tests import factories
from tests.test_pages import client_of
from xiangshan.core.middleware import why_unavailable

LOGIN = "/accounts/login/"


def log_in(name: str, password: str = factories.PASSWORD, address: str = "10.0.0.1", client: Any = None) -> Any:
    return (client or Client()).post(LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def somebody(db):
    return factories.somebody("county_staff", username="county", phone="13800000001")


NAMES = (
    "county",
    "County",
    " COUNTY ",
    "\uff43ounty",
    "13800000001",
    "138 0000 0001",
    "+86 138-0000-0001",
    "\uff11\uff138 0000 0001",
)


@pytest.mark.parametrize("typed", NAMES)
def test_a_name_is_understood_as_it_is_meant(somebody, typed):
    assert log_in(typed).status_code == 302


def test_two_names_that_differ_in_capitals_alone_need_them(somebody):
    factories.somebody("county_staff", username="County")
    assert log_in("COUNTY").status_code == 200, "whose of the two nobody knows"


def test_nobody_locks_another_out_from_elsewhere(somebody):
    for n in range(14):
        log_in("county", f"wrong-{n}", f"10.0.1.{n % 7}")
    assert log_in("county").status_code == 302


def test_a_locked_account_is_locked_under_each_of_its_names(somebody):
    for n in range(8):
        log_in("county", f"wrong-{n}")
    assert log_in("county").status_code == 429
    assert log_in("13800000001").status_code == 429
    assert log_in("COUNTY ").status_code == 429
    assert log_in("county", address="10.0.0.2").status_code == 302, "from another address"


def test_wrong_passwords_count_together_however_the_name_is_typed(somebody):
    for n in range(8):
        log_in(("county", "13800000001", " COUNTY")[n % 3], f"wrong-{n}")
    assert log_in("county").status_code == 429


def test_one_password_is_not_tried_on_a_whole_list_of_names(db):
    people = [factories.somebody("county_staff", username=f"clerk{n}") for n in range(12)]
    last = people[-1]
    last.set_password("Union-2026-spring")
    last.save()
    for n, person in enumerate(people[:-1]):
        log_in(person.username, "Union-2026-spring", f"10.0.2.{n}")
    refused = log_in(last.username, "Union-2026-spring", "10.0.3.1")
    assert refused.status_code == 200
    assert "反复试过" in refused.content.decode()
    assert log_in(people[0].username, address="10.0.3.2").status_code == 302, "everybody else goes on"


def test_a_login_lasts_while_it_is_used_and_ends_when_it_is_not(county_staff):
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        client = client_of(county_staff)
        for _ in range(10):
            clock.shift(100 * 60)
            assert client.get("/help/").status_code == 200
        clock.shift(121 * 60)
        assert client.get("/help/").status_code == 302


def test_a_leaders_phone_may_lie_in_a_pocket_longer(leader):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_of(leader)
        clock.shift(7 * 3600)
        assert client.get("/help/").status_code == 200
        clock.shift(8 * 3600 + 60)
        assert client.get("/help/").status_code == 302


def test_using_it_writes_no_row_with_each_page(county_staff, django_assert_num_queries):
    client = client_of(county_staff)
    client.get("/notices/settings/")
    with django_assert_num_queries(3):  # session, user, posts
        client.get("/notices/settings/")


@pytest.mark.parametrize("address", ["/", "/orgs/", "/dashboard/", "/notices/", "/accounts/password/change/"])
def test_no_cache_keeps_what_somebody_saw(county_staff, address):
    answer = client_of(county_staff).get(address)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("password", "word"),
    [("short-1", "10"), (factories.PASSWORD, "不能与现在的密码相同"), ("1234567890123", "数字")],
)
def test_a_new_password_is_long_and_another_one(county_staff, password, word):
    values = {"oldpassword": factories.PASSWORD, "password1": password, "password2": password}
    answer = client_of(county_staff).post("/accounts/password/change/", values)
    assert answer.status_code == 200
    assert word in answer.content.decode()


def test_a_phrase_is_a_password(county_staff):
    phrase = "海上老娘舅 讲理 又讲情 第一回"
    values = {"oldpassword": factories.PASSWORD, "password1": phrase, "password2": phrase}
    assert client_of(county_staff).post("/accounts/password/change/", values).status_code == 302


@pytest.mark.parametrize(
    ("remote", "forwarded", "seen"),
    [
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "10.9.9.9, 198.51.100.7", "198.51.100.7"),  # what stands before it anybody may have written
        ("10.1.0.5", "198.51.100.7, 10.1.0.4", "198.51.100.7"),  # two proxies of ours
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),  # not ours: it may say what it likes
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("", "198.51.100.7", "198.51.100.7"),  # by the Unix socket
        ("", "", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "2001:db8::7", "2001:db8::7"),
    ],
)
@override_settings(TRUSTED_PROXIES=["127.0.0.1", "10.1.0.0/16"])
def test_only_a_trusted_proxy_says_where_a_request_came_from(db, remote, forwarded, seen):
    client = Client()
    answer = client.get("/ask/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    assert answer.wsgi_request.META["REMOTE_ADDR"] == seen


def test_metrics_are_not_public_behind_a_proxy(db):
    assert Client().get("/metrics").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="").status_code == 200  # by the Unix socket
    assert Client().get("/metrics", REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 403
    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 403
    assert Client().get("/metrics", HTTP_X_FORWARDED_FOR="127.0.0.1, 198.51.100.7").status_code == 403


def test_a_form_older_than_its_login_can_be_sent_again(county_staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(county_staff, backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
    values = {"name": "第一志愿队", "csrfmiddlewaretoken": "stale", "password": "secret"}
    answer = client.post("/orgs/new/", values, HTTP_ORIGIN="http://testserver")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "第一志愿队" in page
    assert "再次提交" in page
    assert "secret" not in page
    foreign = client.post("/orgs/new/", values, HTTP_ORIGIN="http://evil.example").content.decode()
    assert "第一志愿队" not in foreign, "no click here may send another site's form"


@override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=10)
def test_too_much_at_once_is_told_in_chinese(county_staff):
    answer = client_of(county_staff).post("/orgs/new/", {f"a{n}": "1" for n in range(20)})
    assert answer.status_code == 413
    assert "内容太大" in answer.content.decode()


def test_the_process_is_up_without_asking_anything(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client().get("/healthz", headers={"host": "any.example"})
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"),
        (OperationalError("database or disk is full"), "磁盘已满"),
        (OperationalError("database is locked"), "没有应答"),
        (ValueError("a fault of ours"), ""),
    ],
)
def test_what_is_no_fault_of_the_portal_is_told_as_such(error, words):
    assert words in why_unavailable(error)
    assert bool(words) == bool(why_unavailable(error))
