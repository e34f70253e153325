"""Who asks for help reaches the studio of the town at once; the wait counts from the asking."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from mediation.actions import cases, requests
from mediation.models import HelpRequest, MediationCase
from tests import factories
from tests.services.test_requests import opened
from xiangshan.core.areas.models import Area
from xiangshan.shared.notifications.models import Notice


def asked(studio, **values):
    known = {"area": studio.area, "kind": "wages", "name": "柏安平", "phone": "057400000001", "text": "三个月没发"}
    return requests.ask(**{**known, **values})


def test_the_studio_of_the_town_hears_of_it_at_once(studio, mediator, supervisor):
    one = asked(studio)
    assert one.studio == studio
    for user in (mediator, supervisor):
        notice = Notice.objects.get(user=user)
        assert "请马上联系" in notice.text
        assert "柏" not in notice.text


def test_a_town_without_a_studio_reaches_the_supervisors(studio, mediator, supervisor):
    other = Area.objects.towns().filter(parent=studio.area.parent).exclude(pk=studio.area_id).first()
    assert asked(studio, area=other).studio is None
    assert Notice.objects.filter(user=supervisor).count() == 1
    assert not Notice.objects.filter(user=mediator).exists()


def test_the_wait_counts_from_the_asking(studio, mediator):
    one = asked(studio)
    HelpRequest.objects.filter(pk=one.pk).update(asked_at=timezone.now() - timedelta(minutes=30))
    case = requests.take(one, by=mediator, studio=studio)
    case = cases.respond(case, by=mediator)
    assert case.response_minutes == 30
    assert (case.channel, case.parties.get().name, case.events.get(kind="note").text) == (
        "online", "柏安平", "三个月没发",
    )  # fmt: skip
    with pytest.raises(PermissionDenied, match="已接案"):
        requests.take(one, by=mediator, studio=studio)


def test_declining_says_why_and_names_nobody(studio, mediator):
    one = asked(studio)
    with pytest.raises(ValidationError, match="写明原因"):
        requests.decline(one, by=mediator, reason=" ")
    with pytest.raises(ValidationError, match="不要写当事人"):
        requests.decline(one, by=mediator, reason="柏安平已和解")
    assert requests.decline(one, by=mediator, reason="已自行和解").status == "declined"
    stranger = factories.somebody("mediator", factories.StudioFactory().pk)
    with pytest.raises(PermissionDenied, match="所在镇街"):
        requests.decline(asked(studio), by=stranger, reason="不是我们的")


def test_the_public_form_takes_people_and_refuses_robots(studio, settings):
    settings.ASK_FILLED_AFTER = 0
    client, chance = Client(), random.Random(7)
    good = {"name": "柏安平", "phone": "0574-0000001", "area": studio.area_id, "kind": "wages", "text": "欠薪"}
    junk = ["", "<script>", "'; DROP TABLE", "\x00", "9" * 400, "١٢٣", "-1", "🙂" * 50]
    for _ in range(60):
        sent = {**good, **opened(client, "/ask/help/")}
        for name in chance.sample(sorted(sent), 3):
            sent[name] = chance.choice(junk)
        sent["answer"] = chance.choice(["", "99", "abc"])
        assert client.post("/ask/help/", sent).status_code == 422
    assert not HelpRequest.objects.exists()
    response = client.post("/ask/help/", {**good, **opened(client, "/ask/help/")}, follow=True)
    assert studio.name in response.content.decode()
    assert "柏安平" not in response.content.decode()
    assert HelpRequest.objects.get().phone == "05740000001"
    refused = client.post("/ask/help/", {**good, "phone": "打我电话", **opened(client, "/ask/help/")})
    assert refused.status_code == 422
    assert "打我电话" in refused.content.decode(), "what was typed is not lost"
    for _ in range(settings.ASK_AN_HOUR):
        client.post("/ask/help/", {**good, **opened(client, "/ask/help/")})
    assert HelpRequest.objects.count() == settings.ASK_AN_HOUR


def test_a_request_in_the_list_names_nobody(studio, mediator):
    one = asked(studio)
    client = Client()
    client.force_login(mediator, backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
    assert "柏安平" not in client.get("/mediation/help/").content.decode()
    assert "柏安平" in client.get(f"/mediation/help/{one.pk}/").content.decode()
    requests.take(one, by=mediator, studio=studio)
    assert "柏安平" not in client.get(f"/mediation/help/{one.pk}/").content.decode()
    assert MediationCase.objects.count() == 1
