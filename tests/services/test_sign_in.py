"""Signing in: the code on the screen and nothing else; once a phone; every way keeps its mark."""

import re
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from services import codes
from services import evidence as proof
from services.actions import sessions, surveys
from services.models import SignIn
from tests import factories
from tests.test_pages import client_of

NOON = datetime(2026, 6, 3, 12, 0, 10, tzinfo=timezone.get_default_timezone())
How = SignIn.How


@pytest.fixture
def session(organization):
    with time_machine.travel(NOON, tick=False):
        yield factories.SessionFactory(organization=organization, held_on=NOON.date())


def phone(kind="iPhone 15", address="10.1.2.3"):
    return Client(headers={"user-agent": kind, "accept-language": "zh-CN"}, REMOTE_ADDR=address)


def scan(client, session, code):
    return client.get(f"/s/{session.code}/", {"k": code})


def press(client, session, page):
    found = re.search(r'name="admission" value="([^"]+)"', page.content.decode())
    return client.post(f"/s/{session.code}/sign-in/", {"admission": found[1] if found else ""})


def sign_in_by(client, session, code=None):
    code = code or codes.changing_code(session.pk, time.time())
    return press(client, session, scan(client, session, code))


def count(session):
    session.refresh_from_db()
    assert session.sign_ins == session.sign_in_rows.count()
    return session.sign_ins


def test_a_scan_and_a_press_sign_one_phone_in_once(session):
    client = phone()
    page = scan(client, session, codes.changing_code(session.pk, time.time()))
    assert count(session) == 0  # a look (or a preview in a chat) is no sign-in
    response = press(client, session, page)
    assert (response.status_code, count(session)) == (302, 1)
    assert "签到成功" in client.get(response.url).content.decode()
    press(client, session, page)
    sign_in_by(client, session)
    assert count(session) == 1
    assert session.sign_in_rows.get().how == How.CHANGING_CODE


def test_a_photo_of_a_code_an_hour_later_does_not_work(session):
    code = codes.changing_code(session.pk, time.time())
    for later, works in ((29, True), (199, True), (200, False), (3600, False)):
        with time_machine.travel(NOON + timedelta(seconds=later), tick=False):
            response = scan(phone(), session, code)
            assert response.status_code == (200 if works else 410), later
            if not works:
                assert "已经过期" in response.content.decode()
    assert codes.changing_code(session.pk, time.time()) != codes.changing_code(session.pk, time.time() + 30)


def test_the_tolerance_has_two_sides():
    at = 1_780_000_000.0 // 30 * 30
    code = codes.changing_code(7, at)
    assert [codes.is_changing_code(code, 7, at + seconds) for seconds in (-1, 0, 209.9, 210)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("forge", ["", "x", "-", "zzzzzzzzzzzz-00", "1-" + "0" * 16, "a" * 5000, "-1-abc", "None"])
def test_a_forged_code_does_not_work(session, forge):
    assert scan(phone(), session, forge).status_code == 410
    assert phone().get(f"/s/{session.code}/", {"p": forge}).status_code == 410
    assert count(session) == 0


def test_another_sessions_code_does_not_work(session, organization):
    other = factories.SessionFactory(organization=organization, held_on=NOON.date())
    assert scan(phone(), session, codes.changing_code(other.pk, time.time())).status_code == 410
    assert phone().get(f"/s/{session.code}/", {"p": codes.paper_code(other.pk)}).status_code == 410


def test_a_pass_is_of_no_use_on_another_phone_or_later(session):
    page = scan(phone(), session, codes.changing_code(session.pk, time.time()))
    assert press(phone(), session, page).status_code == 410  # replayed from elsewhere
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        client = phone()
        with time_machine.travel(NOON, tick=False):
            page = scan(client, session, codes.changing_code(session.pk, time.time()))
        assert press(client, session, page).status_code == 410
    assert count(session) == 0


def test_clearing_cookies_helps_only_up_to_the_limit(session, settings):
    """The documented limit: SIGN_INS_A_MINUTE phones of one kind behind one address; the page says to wait, and nothing is lost."""
    settings.SIGN_INS_A_MINUTE = 10
    codes_seen = [sign_in_by(phone(), session).status_code for _ in range(12)]
    assert codes_seen == [302] * 10 + [429] * 2
    assert count(session) == 10
    assert (
        sign_in_by(phone("Android", "10.1.2.3"), session).status_code == 302
    )  # another kind of phone in the same room
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert sign_in_by(phone(), session).status_code == 302
    assert count(session) == 12


def test_behind_a_proxy_five_hundred_phones_are_five_hundred_addresses(session):
    """What the proxy says of each is believed; the county is not one address. One address that sends for all is."""

    def behind_proxy(forwarded):
        headers = {"user-agent": "iPhone 15", "accept-language": "zh-CN", "x-forwarded-for": forwarded}
        return Client(headers=headers, REMOTE_ADDR="127.0.0.1")

    code = codes.changing_code(session.pk, time.time())
    for n in range(500):
        assert sign_in_by(behind_proxy(f"198.51.{n // 250}.{n % 250}"), session, code).status_code == 302
    assert count(session) == 500
    answers = [sign_in_by(behind_proxy("203.0.113.9"), session, code).status_code for _ in range(12)]
    assert answers.count(302) == 10
    assert 429 in answers


def test_who_is_told_to_wait_presses_again(session, settings):
    settings.SIGN_INS_A_MINUTE = 1
    sign_in_by(phone(), session)
    late = phone()
    response = sign_in_by(late, session)
    assert response.status_code == 429
    assert "请稍等一分钟" in response.content.decode()
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):  # its code is old by now, its pass is not
        assert press(late, session, response).status_code == 302


def test_only_on_the_day_and_not_after_verification(session, county_staff):
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        code = codes.changing_code(session.pk, time.time())
        assert "只能在当天签到" in scan(phone(), session, code).content.decode()
        with pytest.raises(PermissionDenied, match="只能在当天签到"):
            surveys.sign_in(session, how="changing_code", device="a")
    sessions.cancel(session, by=county_staff, reason="台风")
    assert "已经取消" in scan(phone(), session, codes.changing_code(session.pk, time.time())).content.decode()


def test_a_paper_code_keeps_its_own_mark(session):
    client = phone()
    page = client.get(f"/s/{session.code}/", {"p": codes.paper_code(session.pk)})
    press(client, session, page)
    assert count(session) == 1
    assert session.sign_in_rows.by_way() == {"paper_code": 1}


def test_a_paper_list_counts_every_line_once_and_keeps_no_name(session, leader):
    assert surveys.list_sign_ins(session, ["王小明", " 李 四 ", "王小明", "", "  "], by=leader) == (2, 0)
    assert surveys.list_sign_ins(session, ["李四", "赵五"], by=leader) == (1, 1)
    assert count(session) == 3
    assert session.sign_in_rows.by_way() == {"paper_list": 3}
    kept = str(list(SignIn.objects.values()))
    assert not re.search("王小明|李四|赵五", kept)
    with pytest.raises(ValidationError, match="每行写一个人"):
        surveys.list_sign_ins(session, [" "], by=leader)


def test_a_list_typed_long_after_is_marked_late(session, leader):
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        surveys.list_sign_ins(session, ["甲"], by=leader)
    with time_machine.travel(NOON + timedelta(days=4), tick=False):
        surveys.list_sign_ins(session, ["乙"], by=leader)
    assert session.sign_in_rows.by_way() == {"paper_list": 1, "late": 1}


@pytest.mark.parametrize(
    ("workers", "signed", "evidence"),
    [
        (50, {}, "head_count"),
        (50, {"changing_code": 40}, "changing_code"),
        (50, {"changing_code": 39}, "head_count"),
        (50, {"changing_code": 30, "paper_code": 10}, "paper_code"),
        (50, {"changing_code": 30, "paper_list": 10}, "paper_list"),
        (50, {"paper_list": 50}, "paper_list"),
        (50, {"late": 50}, "head_count"),
        (0, {}, "head_count"),
    ],
)
def test_the_mark_follows_from_the_sign_ins(workers, signed, evidence):
    assert proof.evidence_for(workers, signed) == evidence


def test_what_a_number_rests_on_adds_up():
    assert proof.in_words(50, {"changing_code": 30, "late": 5}) == [
        ("动态码", 30),
        ("事后补录", 5),
        ("点数（没有签到）", 15),
    ]
    assert proof.in_words(10, {"changing_code": 12}) == [("动态码", 12)]


def test_a_report_takes_its_mark_from_them(session, leader):
    for n in range(9):
        surveys.sign_in(session, how="changing_code", device=str(n))
    session = sessions.report(session, by=leader, workers_served=10)
    assert session.evidence == "changing_code"
    surveys.list_sign_ins(session, ["甲", "乙"], by=leader)
    session.refresh_from_db()
    assert (session.evidence, session.sign_ins) == ("changing_code", 11)


def test_the_screen_shows_a_code_and_a_count(session, leader):
    surveys.sign_in(session, how="changing_code", device="a")
    client = client_of(leader)
    page = client.get(f"/services/sessions/{session.pk}/code/").content.decode()
    live = client.get(f"/services/sessions/{session.pk}/code/live/").content.decode()
    assert "请用手机扫码签到" in page
    assert "<strong>1</strong> 人已签到" in live
    assert "<svg" in live
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        other_day = client_of(leader).get(f"/services/sessions/{session.pk}/code/live/").content.decode()
        assert "只能在当天签到" in other_day
        assert "<svg" not in other_day


def test_a_sign_in_asks_the_database_a_handful_of_times(session, django_assert_max_num_queries):
    client = phone()
    page = scan(client, session, codes.changing_code(session.pk, time.time()))
    with django_assert_max_num_queries(8):
        press(client, session, page)
