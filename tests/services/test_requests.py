"""Requests of workplaces: the public form under fire, and the way from a wish to a rating."""

import random
import string
import time
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from services.actions import requests
from services.mail import tell_asker
from services.models import ServiceRequest
from services.rules import requests as request_rules
from services.selectors import suggestions_for
from tests import factories
from tests.junk import ALL
from xiangshan.shared.notifications.delivery import deliver_due
from xiangshan.shared.public import NUMBERS


def opened(client, address="/ask/"):
    """The form as a person gets it: its token, and the answer to its question."""
    response = client.get(address)
    form = response.context["form"]
    left, right = (NUMBERS.index(form.fields["answer"].label[n]) for n in (0, 2))
    return {"token": form.initial["token"], "answer": str(left + right)}


def wish(**values):
    tomorrow = timezone.localdate() + timedelta(days=1)
    return {
        "category": factories.category("handy").pk,
        "workplace": "第一机械厂",
        "area": factories.DANDONG,
        "contact": "王主席",
        "phone": "0574-65001234",
        "wished_from": f"{tomorrow:%Y-%m-%d}",
        "wished_until": f"{tomorrow + timedelta(days=9):%Y-%m-%d}",
        "people": "40",
        "wish": "剪头发",
        "website": "",
        **values,
    }


@pytest.fixture
def patient(settings):
    """Nobody waits in a test; that waiting is asked for has its own."""
    settings.ASK_FILLED_AFTER = 0


def test_asked_in_public_and_looked_up_by_its_code(db, patient):
    staff, client = factories.somebody("county_staff"), Client()
    response = client.post("/ask/", wish() | opened(client))
    request = ServiceRequest.objects.get()
    assert response.url == f"/ask/{request.code}/?new=1"
    body = client.get(response.url).content.decode()
    assert request.code in body
    assert "65001234" not in body
    assert "王主席" not in body
    assert staff.notices.filter(text__contains="新点单").exists()
    assert client.get("/ask/find/", {"code": request.code.upper()}).url == f"/ask/{request.code}/"
    assert client.get("/ask/find/", {"code": "nothing"}).status_code == 404


def test_what_was_typed_comes_back_with_a_fresh_question(db, patient):
    client = Client()
    response = client.post("/ask/", wish(workplace="象山船厂") | opened(client) | {"answer": "99"})
    assert response.status_code == 422
    body = response.content.decode()
    assert "算得不对" in body
    assert "象山船厂" in body
    assert not ServiceRequest.objects.exists()


def test_too_soon_is_no_person(db):
    client = Client()
    sent = wish() | opened(client)
    assert client.post("/ask/", sent).status_code == 422
    with time_machine.travel(time.time() + 5):
        assert client.post("/ask/", sent).status_code == 302


def test_one_address_sends_no_more_than_ten_an_hour(db, patient):
    client = Client()
    codes = [client.post("/ask/", wish() | opened(client)).status_code for _ in range(12)]
    assert codes == [302] * 10 + [422] * 2
    assert ServiceRequest.objects.count() == 10
    assert client.post("/ask/", wish() | opened(client), REMOTE_ADDR="10.0.0.9").status_code == 302
    with time_machine.travel(time.time() + 3700):
        assert client.post("/ask/", wish() | opened(client)).status_code == 302


def hostile(chance):
    """A submission nobody honest sends: junk in fields, forged or missing tokens, wrong answers, the robots' field filled."""
    junk = [
        "",
        "\x00",
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "9" * 5000,
        "-1",
        "1e309",
        "NaN",
        "2026-02-30",
        "\ud83d\ude00" * 200,
        "../../etc/passwd",
        "".join(chance.choices(string.printable, k=60)),
    ]
    sent = wish()
    kind = chance.randrange(5)
    if kind == 0:
        for name in chance.sample(sorted(sent), k=3):
            sent[name] = chance.choice(junk)
        return sent | {"token": chance.choice(junk), "answer": chance.choice(junk)}
    if kind == 1:
        return {name: chance.choice(junk) for name in [*sent, "token", "answer", "csrfmiddlewaretoken"]}
    if kind == 2:
        return sent | {"token": "WzEsMiwiYWEiXQ:1abcde:forged", "answer": "3"}
    if kind == 3:
        return sent | {"website": "http://spam.example", "answer": str(chance.randrange(20))}
    return {}


def test_hostile_submissions(db, patient):
    """A thousand in `make test-junk`. None is stored, none breaks anything, and honest ones in between are unharmed."""
    chance, client, honest = random.Random(4), Client(), 0
    for n in range(1000 if ALL else 200):
        if n % 25 == 0:
            page = opened(client)  # good for many tries
        sent = hostile(chance)
        if n % 3 == 0:
            # With a true token of our own, and a wrong answer or the robots' field.
            sent |= page | {"answer": "99"}
        elif n % 3 == 1:
            sent |= page | {"website": "http://spam.example"}
        sent = {
            name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            for name, value in sent.items()
            if isinstance(value, str)
        }
        code = client.post("/ask/", sent, REMOTE_ADDR=f"10.1.{n % 200}.{n % 7}").status_code
        assert code in (200, 422), (n, code)
        if n % 100 == 50:
            answer = client.post("/ask/", wish() | opened(client), REMOTE_ADDR=f"10.2.0.{n // 100}").status_code
            honest += answer == 302
    assert honest == (10 if ALL else 2)
    assert ServiceRequest.objects.count() == honest
    for path in ("/ask/x%00/", "/ask/'/", "/ask/find/?code=%00", "/ask/find/?code=" + "x" * 5000):
        assert client.get(path).status_code in (404, 302), path


def test_matched_scheduled_held_and_rated(county_staff, leader, organization, django_capture_on_commit_callbacks):
    line = factories.LineFactory(contract__organization=organization, quantity=1, contract__ends_on=date(2030, 12, 31))
    request = factories.RequestFactory(email="factory@example.com")
    assert [one.line for one in suggestions_for(request)] == [line]
    with django_capture_on_commit_callbacks(execute=True):
        request = requests.match(request, line, by=county_staff)
    assert leader.notices.filter(text__contains="新订单").exists()
    with pytest.raises(ValidationError, match="没有余量"):
        requests.match(factories.RequestFactory(), line, by=county_staff)
    session = requests.schedule(request, by=leader, held_on=date(2020, 11, 10))
    assert (session.contract_line, session.basis) == (line, "bought")
    request.refresh_from_db()
    assert request.status == "scheduled"
    client = Client()
    assert client.post(f"/ask/{request.code}/rate/", {"rating": "5", "comment": "很好"}).status_code == 302
    request.refresh_from_db()
    assert (request.status, request.rating) == ("done", 5)
    client.post(f"/ask/{request.code}/rate/", {"rating": "1"})
    request.refresh_from_db()
    assert request.rating == 5


def test_the_asker_is_told_by_mail(county_staff):
    request = factories.RequestFactory(email="factory@example.com")
    for _ in range(2):
        tell_asker(request, "您的点单已受理")
    assert deliver_due() == 1
    assert request.code in mail.outbox[0].body
    assert mail.outbox[0].to == ["factory@example.com"]


def test_suggestions_fit_category_county_day_and_quota(county_staff):
    def line(**values):
        return factories.LineFactory(contract__ends_on=date(2030, 12, 31), **values)

    near = line(contract__organization__area_id=factories.DANDONG)
    far = line(contract__organization__area_id=factories.SHIPU)
    line(category=factories.category("law"))
    line(contract__status="settled")
    line(contract__organization__area_id=factories.elsewhere().pk)
    full = line(quantity=1)
    factories.SessionFactory(organization=full.contract.organization, basis="bought", contract_line=full)
    assert [one.line for one in suggestions_for(factories.RequestFactory())] == [near, far]


def test_rules_of_a_request(county_staff, town_staff, leader):
    request = factories.RequestFactory()
    assert not request_rules.can_triage(leader, request)
    with pytest.raises(PermissionDenied, match="县总工会"):
        requests.match(request, factories.LineFactory(), by=town_staff)
    with pytest.raises(ValidationError, match="点单人会看到"):
        requests.decline(request, by=town_staff, reason="")
    declined = requests.decline(request, by=town_staff, reason="本月排满")
    assert declined.answer == "本月排满"
    with pytest.raises(PermissionDenied, match="不能再受理"):
        requests.accept(request, by=county_staff)
    elsewhere = factories.RequestFactory(area_id=factories.elsewhere().pk)
    assert elsewhere not in ServiceRequest.objects.visible_to(county_staff)
