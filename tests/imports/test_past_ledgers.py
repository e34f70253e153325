"""Ledgers of the years before the portal: what they hold counts apart, once a second person has compared it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from services.models import ActivitySession, Payment, ServiceContract
from tests import factories
from tests.imports.test_ledgers import answer, apply, held, take
from tests.imports.test_organizations import bring, workbook
from tests.test_pages import client_of
from xiangshan.metrics import rollup
from xiangshan.metrics.rollup import find_drift
from xiangshan.metrics.sources import SESSIONS
from xiangshan.shared.imports.models import LearnedWord, Ledger

ANSWERS = {
    "心理学习小组": "象山心理学习小组",
    "雄鹰救援队": "象山雄鹰应急救援队",
    "县职工艺术团": "象山县职工艺术团",
    "县篮球协会": "象山县篮球协会",
    "足球协会": "象山县足球协会",
    "美容美发协会": "象山县美容美发协会",
    "律师协会": "象山县律师协会",
    "红娘组": "职工红娘组",
    "中医药服务队": "象山中医药服务队",
    "约数": "按所写的数登记",
}


def settled(client: Any, ledger: Ledger, **told: str) -> Ledger:
    """Answers as a colleague would, what else is asked with the first that is offered."""
    for _ in range(3):
        if not ledger.doubtful_rows:
            break
        form = client.get(f"/imports/{ledger.pk}/").context["answers"]
        data = {}
        for question, field in form.rows():
            wanted = (ANSWERS | told).get(question["key"], "")
            options = question["options"]
            data[field.html_name] = next((code for code, label in options if wanted in label), options[0][0])
        client.post(f"/imports/{ledger.pk}/answers/", data)
        ledger = Ledger.objects.get(pk=ledger.pk)
    return ledger


def test_60_a_year_of_activities(client, teams):
    park = factories.VenueFactory(name="爵溪针织园区")
    ledger = take(client, "60", "past-sessions")
    assert ledger.reading["sheets"]["2019年"] | {"hidden": True} == {
        "take": True,
        "first": 2,
        "heading": 2,
        "year": 2019,
        "hidden": True,
    }
    assert "约数" in {question["key"] for question in ledger.questions}
    assert not ActivitySession.objects.exists()
    ledger = settled(client, ledger)
    assert held(ledger) == {}
    ledger = apply(client, ledger)
    assert ledger.status == "waiting"
    assert not ActivitySession.objects.exists(), "another person accepts it"
    assert client.post(f"/imports/{ledger.pk}/accept/").status_code == 403
    other = client_of(factories.somebody("county_staff"))
    page = other.get(f"/imports/{ledger.pk}/").content.decode()
    assert "写的是 5,400，导入的各行加起来是 9,188，不一致" in page, "the ledger's own total line is wrong"
    other.post(f"/imports/{ledger.pk}/accept/")
    ledger.refresh_from_db()
    assert ledger.status == "done"
    sessions = ActivitySession.objects.all()
    whole = sessions.aggregate(n=Count("pk"), workers=Sum("workers_served"))
    assert ledger.sums["whole"] == ["90", "9,188"]
    assert (whole["n"], whole["workers"]) == (90, 9188), "as added up by hand from the file"
    first = sessions.get(ledger_place__contains="第 4 行")
    assert (first.held_on, first.title, first.workers_served, first.venue, first.place) == (
        date(2019, 2, 27),
        "免费理发",
        113,
        park,
        "",
    )
    assert {(one.status, one.evidence, one.basis) for one in sessions} == {("verified", "ledger", "bought")}
    assert {one.held_on.year for one in sessions} == {2019}
    rollup.refresh()
    assert not [drift for drift in find_drift() if drift.key[3] == SESSIONS.number], "the figures were told"
    client.post(f"/imports/{ledger.pk}/undo/")
    assert not ActivitySession.objects.exists()


def test_61_twelve_sheets_are_one_batch(client, teams):
    ledger = take(client, "61", "past-sessions")
    assert sum(one["take"] for one in ledger.reading["sheets"].values()) == 12
    assert ledger.total_rows == 60
    ledger = settled(client, ledger)
    assert held(ledger) == {}
    assert ledger.new_rows == 60
    assert [name for name, *_ in dict(ledger.sums["by"])["月份"]] == [f"2018-{month:02d}" for month in range(1, 13)]


def test_62_contracts_in_wan_with_terms_and_payments_in_words(client, teams):
    ledger = take(client, "62", "past-contracts", constant_department="女职工委员会")
    ledger = settled(client, ledger)
    assert held(ledger) == {}
    assert (ledger.new_rows, ledger.sums["whole"][1]) == (18, "413,200.00"), "as added up by hand from the file"
    apply(client, ledger)
    other = client_of(factories.somebody("county_staff"))
    other.post(f"/imports/{ledger.pk}/accept/")
    one = ServiceContract.objects.get(number="象工购2017-01")
    assert (one.signed_on, one.starts_on, one.ends_on) == (date(2017, 1, 10), date(2017, 3, 1), date(2017, 12, 31))
    assert (one.amount, one.status, one.ledger_id) == (Decimal(10800), "settled", ledger.pk)
    assert [(line.quantity, line.unit_price) for line in one.lines.all()] == [(36, Decimal(300))]
    assert [(payment.paid_on, payment.amount, payment.status) for payment in one.payments.order_by("pk")] == [
        (date(2017, 6, 30), Decimal(5400), "paid"),
        (date(2017, 12, 31), Decimal(5400), "paid"),
    ]
    at_once = ServiceContract.objects.get(number="象工购2017-06")
    assert [(payment.paid_on, payment.amount) for payment in at_once.payments.all()] == [
        (date(2017, 12, 20), Decimal(7200))
    ]
    for number in ("2018", "2019"):
        assert ServiceContract.objects.filter(signed_on__year=number).count() == 6
    said = client.post(f"/imports/{ledger.pk}/undo/", follow=True).content.decode()
    assert "已撤销整批导入" in said, said[said.find("alert") : said.find("alert") + 600]
    assert not ServiceContract.objects.exists()
    assert not Payment.objects.exists()


def test_what_a_word_means_is_settled_when_the_file_is_agreed_to(client, teams, county_staff):
    """Another answer taught in the meantime changes nothing of what a second person compares."""
    heads = ["举办日期", "主题", "社会组织", "服务类别", "服务人次"]
    rows = [["2019-03-01", "讲座", "雄鹰队", "法律服务", 20]]
    ledger = bring(client, workbook(rows, heads), "past-sessions")
    ledger = answer(client, ledger, 雄鹰队="象山雄鹰应急救援队")
    assert held(ledger) == {}
    apply(client, ledger)
    LearnedWord.objects.filter(word="雄鹰队").update(meaning=f"#{teams['塔山健康小屋'].pk}")
    client_of(factories.somebody("county_staff")).post(f"/imports/{ledger.pk}/accept/")
    assert ActivitySession.objects.get().organization == teams["象山雄鹰应急救援队"]


def test_two_activities_of_a_day_and_place_are_asked_about(client, teams):
    heads = ["举办日期", "主题", "社会组织", "服务类别", "地点", "服务人次"]
    rows = [["2019-03-01", "讲座", "海上老娘舅", "法律服务", "礼堂", 30]] * 2
    ledger = bring(client, workbook(rows, heads), "past-sessions")
    assert (ledger.new_rows, ledger.doubtful_rows) == (1, 1)
    ledger = answer(client, ledger, others="是两次")
    assert (ledger.status, ledger.new_rows) == ("checked", 2)
