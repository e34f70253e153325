"""Every kind of page at desk and phone size: it fits, it is accessible, and the browser complains of nothing."""

import json

import pytest

from tests.browser.desk import DESK, PHONE, page_of, plan_today, violations

pytestmark = pytest.mark.browser

# Where the pages of one record are, whatever its key in this demo.
RECORDS = """
import json
from mediation.models import CalendarYear, HelpRequest, MediationCase, RewardStatement, Studio
from orgs.models import SocialOrganization
from services.models import Acceptance, ActivitySession, Finding, Payment, Procurement, ServiceContract, ServiceRequest
first = lambda rows: rows.order_by("pk").first()
ours = first(ServiceContract.objects.filter(organization__short_name="心理学习小组", status="running"))
cases = MediationCase.objects.filter(studio__name="老周工作室", status="mediating").order_by("pk")
print(json.dumps({
    "organization": first(SocialOrganization.objects.all()).pk,
    "settled": first(ServiceContract.objects.filter(status="settled")).pk,
    "contract": ours.pk,
    "payment": first(Payment.objects.all()).pk,
    "acceptance": first(Acceptance.objects.all()).pk,
    "request": first(ServiceRequest.objects.filter(status="new")).pk,
    "matched": first(ServiceRequest.objects.filter(status="matched", contract_line__contract=ours)).pk,
    "decided": first(Procurement.objects.filter(status="decided")).pk,
    "open": first(Procurement.objects.filter(status="open")).pk,
    "finding": first(Finding.objects.open()).pk,
    "case": cases[0].pk,
    "other_case": cases[1].pk,
    "help": first(HelpRequest.objects.all()).pk,
    "studio": Studio.objects.get(name="老周工作室").pk,
    "statement": first(RewardStatement.objects.filter(status="checking")).pk,
    "year": CalendarYear.objects.order_by("-year").first().year,
}))
"""
PAGES = [
    ("county", "/"),
    ("county", "/dashboard/?year=2020"),
    ("county", "/dashboard/figures/?year=2020"),
    ("county", "/dashboard/figures/satisfaction_rate/?year=2020&versus=330225001000"),
    ("county", "/dashboard/pivot/?year=2020"),
    ("county", "/dashboard/quality/?year=2020"),
    ("county", "/dashboard/closings/"),
    ("county", "/dashboard/closings/new/2020/"),
    ("county", "/dashboard/targets/?year=2020"),
    ("county", "/dashboard/shares/"),
    ("county", "/dashboard/briefs/"),
    ("county", "/accounts/second-factor/"),
    ("town", "/dashboard/?year=2020"),
    ("leader", "/dashboard/?year=2020"),
    ("leadership", "/dashboard/?year=2020&screen=1"),
    ("leadership", "/dashboard/?year=2017"),
    ("admin", "/dashboard/jobs/"),
    ("county", "/orgs/"),
    ("county", "/orgs/{organization}/"),
    ("county", "/orgs/branches/"),
    ("county", "/orgs/new/"),
    ("county", "/projects/"),
    ("county", "/services/contracts/"),
    ("county", "/services/contracts/{settled}/"),
    ("county", "/services/contracts/new/"),
    ("county", "/services/contracts/{contract}/amend/"),
    ("county", "/services/contracts/{contract}/series/"),
    ("county", "/services/payments/"),
    ("county", "/services/payments/{payment}/"),
    ("county", "/services/acceptances/{acceptance}/"),
    ("county", "/services/requests/"),
    ("county", "/services/requests/{request}/"),
    ("county", "/services/requests/new/"),
    ("county", "/services/procurements/"),
    ("county", "/services/procurements/{decided}/"),
    ("county", "/services/procurements/new/"),
    ("county", "/services/calendar/"),
    ("county", "/services/calendar/feeds/"),
    ("county", "/ask/"),
    ("leader", "/services/procurements/{open}/bid/"),
    ("leader", "/services/requests/{matched}/schedule/"),
    ("county", "/services/sessions/"),
    ("county", "/services/sessions/queue/"),
    ("county", "/services/sessions/queue/together/"),
    ("county", "/services/findings/"),
    ("county", "/services/findings/{finding}/"),
    ("county", "/services/findings/rates/"),
    ("county", "/services/follow-ups/"),
    ("county", "/services/responses/"),
    ("county", "/services/call-outs/?year=2020"),
    ("leader", "/field/"),
    ("leader", "/services/sessions/{today}/"),
    ("leader", "/services/sessions/{today}/code/"),
    ("leader", "/services/sessions/{today}/paper/"),
    ("leader", "/services/sessions/{today}/sign-ins/"),
    ("leader", "/services/sessions/{today}/report/"),
    ("leader", "/services/sessions/new/"),
    ("leadership", "/dashboard/figures/people_received/?year=2020"),
    ("mediator", "/mediation/cases/"),
    ("mediator", "/mediation/cases/new/"),
    ("mediator", "/mediation/cases/find/"),
    ("mediator", "/mediation/cases/{case}/"),
    ("mediator", "/mediation/cases/{case}/event/"),
    ("mediator", "/mediation/cases/{other_case}/agree/"),
    ("mediator", "/mediation/help/{help}/"),
    ("mediator", "/mediation/studios/{studio}/"),
    ("mediator", "/mediation/statements/{statement}/"),
    ("supervisor", "/mediation/overview/?year=2020"),
    ("supervisor", "/mediation/terms/"),
    ("supervisor", "/mediation/calendar/{year}/"),
    ("supervisor", "/mediation/schemes/new/"),
    ("leader", "/ask/help/"),
]


@pytest.mark.parametrize("shape", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_fit_are_accessible_and_quiet(browser, address, portal, shape):
    """No sideways scrolling, no console or CSP complaint, no serious accessibility finding."""
    records = json.loads(portal.run(RECORDS)) | {
        "today": plan_today(portal, f"今天的活动 {shape['viewport']['width']}")
    }
    wrong, pages = [], {}
    for role, path in ((role, path.format(**records)) for role, path in PAGES):
        page = pages.setdefault(role, None) or page_of(browser, address, role, shape)
        pages[role] = page
        page.complaints.clear()
        answer = page.goto(path, wait_until="networkidle" if path.startswith("/dashboard/") else "load")
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        serious = [
            (item["id"], [node["html"][:90] for node in item["nodes"]][:2])
            for item in violations(page)
            if item["impact"] in ("serious", "critical")
        ]
        if answer.status != 200 or overflow > 0 or page.complaints or serious:
            wrong.append(
                f"{path}: {answer.status}, overflow {overflow}, complaints {page.complaints}, accessibility {serious}"
            )
    assert not wrong, "\n".join(wrong)
