"""The page of a record: at most four screens and four buttons in sight, at a desk and on a phone; the rest opens when asked for."""

import json

import pytest

from tests.browser.desk import PHONE, page_of

pytestmark = pytest.mark.browser
SMALL_DESK = {"viewport": {"width": 1366, "height": 768}}
RECORDS = """
import json
from mediation.models import MediationCase, RewardStatement
from orgs.models import SocialOrganization
from projects.models import Disbursement, Programme, ProgressReport, SupportProject
from services.models import Acceptance, ActivitySession, Payment, Procurement, ServiceContract, ServiceRequest
from xiangshan.core.accounts.models import User
of = lambda rows: [row.pk for row in rows.order_by("pk")[:3]]
print(json.dumps({
    "/services/contracts/": of(ServiceContract.objects.filter(status="running")) + of(ServiceContract.objects.filter(status="settled")),
    "/projects/": of(SupportProject.objects.filter(status="running")) + of(SupportProject.objects.filter(status="closed")),
    "/services/procurements/": of(Procurement.objects.all()),
    "/orgs/": of(SocialOrganization.objects.filter(short_name__in=("心理学习小组", "雄鹰应急救援队"))),
    "/services/sessions/": of(ActivitySession.objects.filter(status="verified")) + of(ActivitySession.objects.filter(status="submitted")),
    "/services/requests/": of(ServiceRequest.objects.all()),
    "/services/payments/": of(Payment.objects.filter(status="requested")) + of(Payment.objects.filter(status="paid")),
    "/services/acceptances/": of(Acceptance.objects.all()),
    "/projects/programmes/": of(Programme.objects.all()),
    "/projects/disbursements/": of(Disbursement.objects.all()),
    "/projects/reports/": of(ProgressReport.objects.all()),
    "/people/": of(User.objects.filter(username__in=("leader", "finance"))),
    "/mediation/cases/": of(MediationCase.objects.filter(status="mediating")),
    "/mediation/statements/": of(RewardStatement.objects.filter(status="checking")) + of(RewardStatement.objects.filter(status="paid")),
}))
"""
SCREENS = "document.documentElement.scrollHeight / innerHeight"
# What looks like a button and can be seen now: not what a closed part or menu holds, nor the bar every page has.
BUTTONS = """[...document.querySelectorAll("main .btn, main button")].filter(
  (one) => !one.closest(".top") && one.checkVisibility() && one.getClientRects().length
).map((one) => one.textContent.trim())"""


@pytest.mark.parametrize("shape", [SMALL_DESK, PHONE], ids=["desk", "phone"])
def test_a_record_fits_four_screens_and_four_buttons(browser, address, portal, shape):
    found = []
    pages = {role: page_of(browser, address, role, shape) for role in ("county", "supervisor")}
    for base, keys in json.loads(portal.run(RECORDS)).items():
        page = pages["supervisor" if base.startswith("/mediation/") else "county"]
        assert keys, base
        for key in keys:
            page.goto(f"{base}{key}/")
            screens, buttons = page.evaluate(SCREENS), page.evaluate(BUTTONS)
            if screens > 4 or len(buttons) > 4:
                found.append(f"{base}{key}/: {screens:.1f} screens, {len(buttons)} buttons {buttons}")
    assert not found, "\n".join(found)


def test_a_part_opens_by_its_address_and_by_a_press(browser, address, portal):
    key = json.loads(portal.run(RECORDS))["/services/contracts/"][0]
    page = page_of(browser, address, "county", PHONE)
    page.goto(f"/services/contracts/{key}/#history")
    assert page.evaluate("document.getElementById('history').open")
    comments = page.locator("#comments")
    assert not comments.get_by_text("写批注").is_visible()
    comments.locator("summary").first.press("Enter")
    assert comments.get_by_text("写批注").is_visible()


def test_the_way_back_and_on_through_the_list_as_it_was(browser, address, portal):
    page = page_of(browser, address, "county", SMALL_DESK)
    page.goto("/services/sessions/?status=verified&sort=held_on")
    links = page.locator("[data-rows] tbody tr td:not(.pick) a").evaluate_all("rows => rows.map((row) => row.pathname)")
    sessions = list(dict.fromkeys(link for link in links if link.startswith("/services/sessions/")))
    page.goto(sessions[1])
    neighbours = page.locator("[data-neighbours] a")
    assert neighbours.evaluate_all("links => links.map((link) => link.pathname)") == [sessions[0], sessions[2]]
    page.get_by_label("所在位置").get_by_role("link", name="活动场次").click()
    assert page.url.endswith("/services/sessions/?status=verified&sort=held_on")


def test_one_step_back_leaves_a_filter_typed_with_pauses(browser, address):
    page = page_of(browser, address, "county", SMALL_DESK)
    page.goto("/orgs/venues/")
    page.goto("/orgs/")
    box = page.locator("#main .filters input[name=q]")
    for sign in "雄鹰救援":
        with page.expect_response(lambda answer: "/orgs/?" in answer.url):
            box.press_sequentially(sign)
            page.wait_for_timeout(500)
    assert "q=" in page.url
    page.go_back()
    assert page.url.endswith("/orgs/venues/")
