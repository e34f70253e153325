"""Links for readers without a login, and the API for programs."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.metrics.actions import sharing
from xiangshan.metrics.models import ShareLink


def test_a_shared_link_shows_figures_and_leads_nowhere(year, county, county_staff):
    link, token = sharing.share_dashboard(county, "调研组", timezone.localdate(), by=county_staff)
    page = text(Client().get(f"/share/{token}/?year=2020"))
    assert "1,266" in page
    main = page.split("<main", 1)[1]
    assert "/services/" not in main
    assert "/orgs/" not in main
    assert str(county_staff) not in page
    assert token not in json.dumps(list(ShareLink.objects.values_list("digest", flat=True)))
    link.refresh_from_db()
    assert link.opened == 1


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 410)])
def test_a_link_ends_with_its_last_day(year, county, county_staff, days, status):
    until = timezone.localdate()
    _, token = sharing.share_dashboard(county, "调研组", until, by=county_staff)
    noon = timezone.make_aware(timezone.datetime(until.year, until.month, until.day, 23, 59, 59))
    with time_machine.travel(noon + timedelta(days=days, seconds=days), tick=False):
        assert Client().get(f"/share/{token}/").status_code == status


def test_a_link_taken_back_opens_nothing(year, county, county_staff, town_staff):
    link, token = sharing.share_dashboard(county, "调研组", timezone.localdate(), by=county_staff)
    with pytest.raises(PermissionDenied):
        sharing.revoke_share(link, by=town_staff)
    client_of(county_staff).post(f"/dashboard/shares/{link.pk}/revoke/")
    assert Client().get(f"/share/{token}/").status_code == 410
    asked = Client().get("/api/v1/figures?year=2020", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 401


def test_a_new_link_is_shown_once(county, county_staff):
    client = client_of(county_staff)
    typed = {"title": "市总", "area": county.pk, "expires_on": str(timezone.localdate() + timedelta(days=400))}
    assert client.post("/dashboard/shares/", typed).status_code == 422
    page = text(client.post("/dashboard/shares/", typed | {"expires_on": str(timezone.localdate())}))
    assert "/share/" in page
    assert "/share/" not in text(client.get("/dashboard/shares/"))


def test_programs_read_the_same_figures(year, county, leadership, leader, county_staff):
    answer = client_of(leadership).get("/api/v1/figures?year=2020").json()
    assert answer["scope"] == f"area:{county.pk}"
    assert answer["figures"]["workers_served"]["value"] == 1266
    town = client_of(leadership).get("/api/v1/figures?year=2020&month=3&scope=area:330225001000").json()
    assert town["figures"]["workers_served"]["value"] == 102
    own = client_of(leader).get("/api/v1/figures?year=2020").json()
    assert own["figures"]["workers_served"]["value"] == 100
    assert client_of(leader).get(f"/api/v1/figures?year=2020&scope=area:{county.pk}").status_code == 404
    _, token = sharing.share_dashboard(county, "程序", timezone.localdate(), by=county_staff)
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/figures?year=2020", headers=bearer).json()["figures"]["sessions_held"]["value"] == 12
    assert Client().get(f"/api/v1/figures?year=2020&scope=organization:{year.pk}", headers=bearer).status_code == 404
    assert Client().get("/api/v1/figures?year=2020").status_code == 401
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {"/api/v1/metrics", "/api/v1/figures"}
    for bad in (
        "year=x",
        "year=2020&month=13",
        "year=99999999999999999999",
        "year=2020&scope=area:",
        "year=2020&scope=studio:9" * 1,
    ):
        assert client_of(leadership).get(f"/api/v1/figures?{bad}").status_code in (404, 422), bad
