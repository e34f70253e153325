"""The pictures of the manual: each page they show can be drawn, and each is there, of its size; `make help-pictures` takes them anew."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.desk import PHONE, page_of, plan_today
from xiangshan.portal.manual.articles import MANUAL

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "static" / "img" / "help"
TAKES = bool(os.environ.get("HELP_PICTURES"))
SCREEN = {"viewport": {"width": 1180, "height": 720}}
SMALL = PHONE | {"device_scale_factor": 1.5}
HEAVIEST = 60_000  # bytes
KEYS = """
from services.models import Payment, ServiceContract
print(ServiceContract.objects.filter(status="running").order_by("pk").first().pk,
      Payment.objects.filter(status="requested").order_by("pk").first().pk)
"""
# name, login, shape, page
PICTURES = [
    ("report", "leader", SMALL, "/services/sessions/{today}/report/"),
    ("field", "leader", SMALL, "/field/"),
    ("code", "leader", SMALL, "/services/sessions/{today}/code/"),
    ("queue", "county", SCREEN, "/services/sessions/queue/"),
    ("contract", "county", SCREEN, "/services/contracts/{contract}/"),
    ("dashboard", "leadership", SCREEN, "/dashboard/"),
    ("payment", "finance", SCREEN, "/services/payments/{payment}/"),
    ("intake", "mediator", SMALL, "/mediation/cases/new/"),
]


def test_the_manual_shows_pages_as_they_are(browser, address, portal):
    contract, payment = portal.run(KEYS).split()
    keys = {"today": plan_today(portal, "职工心理讲座"), "contract": contract, "payment": payment}
    manual = (ROOT / MANUAL).read_text(encoding="utf-8")
    wrong = []
    for name, login, shape, path in PICTURES:
        page = page_of(browser, address, login, shape)
        assert page.goto(path.format(**keys), wait_until="networkidle").status == 200
        page.wait_for_selector("h1")
        taken = Image.open(BytesIO(page.screenshot()))
        page.context.close()
        file = FOLDER / f"{name}.webp"
        if TAKES:
            FOLDER.mkdir(parents=True, exist_ok=True)
            taken.convert("RGB").save(file, quality=60, method=6)
        with Image.open(file) as opened:
            shown = opened.copy()
        if shown.size != taken.size or file.stat().st_size > HEAVIEST or f"help/{name}.webp" not in manual:
            wrong.append(f"{name}: {shown.size} beside {taken.size}, {file.stat().st_size} bytes")
    assert not wrong, "\n".join(wrong)
    assert {file.stem for file in FOLDER.glob("*.webp")} == {name for name, *_ in PICTURES}
