"""Whom a dispute is about is known to its studio and the supervisors, and to nobody else by any way."""

import io
import logging
import sys
import zipfile
from datetime import date, timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone
from django.views.debug import ExceptionReporter

from mediation.actions import cases, outcomes, parties, requests, teams
from mediation.models import Agreement, CaseEvent, CaseRead, HelpRequest, MediationCase, Party, PartyLookup, Reveal
from mediation.redaction import redact
from mediation.views.cases import case_new
from tests import factories
from tests.mediation import builders
from tests.test_pages import client_of
from xiangshan.core import encryption
from xiangshan.core.accounts.models import Role, User
from xiangshan.metrics import rollup
from xiangshan.shared.attachments.actions import attach
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.notifications.tasks import mail_daily

NAME, PHONE, ID_NUMBER = "褚长青", "13987654321", "11010519491231002X"
BOSS, ASKER = "郝大勇", "简小满"
PLANTED = (NAME, PHONE, ID_NUMBER, BOSS, ASKER, "13711112222")


@pytest.fixture
def busy(studio, mediator, supervisor):
    """A case with everything in it that could name somebody, written through the actions."""
    case = cases.open(
        by=mediator, studio=studio, area=studio.area, kind="wages", received_at=builders.MORNING,
        caller_name=NAME, caller_phone=PHONE, text=f"{NAME}来电，老板{BOSS}不发工资",
    )  # fmt: skip
    party = case.parties.get()
    parties.edit(party, by=mediator, id_number=ID_NUMBER)
    parties.add(case, by=mediator, side="employer", name=BOSS)
    case = cases.respond(case, by=mediator, at=builders.MORNING, text=f"联系{NAME}")
    case = cases.accept(case, by=mediator, accepted_on=date(2020, 6, 1))
    cases.write_event(case, by=mediator, kind="meeting", at=builders.MORNING, text=f"{NAME}与{BOSS}面谈 {PHONE}")
    outcomes.agree(
        case, by=mediator, terms=f"{BOSS}付给{NAME}", signed_on=date(2020, 6, 3), effective_on=date(2020, 6, 3),
        instalments=[{"due_on": date(2020, 6, 30), "amount": 1000}],
    )  # fmt: skip
    parties.reveal(party, by=mediator, reason="打电话约时间")
    attach(case, [SimpleUploadedFile(f"{NAME}工资条.jpg", factories.picture())], by=mediator)
    asked = requests.ask(area=studio.area, kind="wages", name=ASKER, phone="13711112222", text=f"我是{ASKER}")
    requests.decline(asked, by=mediator, reason="已转劳动监察")
    case.refresh_from_db()
    return case


def everything_stored() -> str:
    """The database as a dump would have it, row by row."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found)


def test_the_database_holds_no_name(busy):
    stored = everything_stored()
    assert busy.number in stored, "the dump was read"
    assert [word for word in PLANTED if word in stored] == []


def test_what_is_sealed_reads_again(busy):
    party = Party.objects.filter(side="worker").get()
    assert (party.name, party.phone, party.id_number) == (NAME, PHONE, ID_NUMBER)
    assert (party.masked_name, party.masked_phone, party.masked_id_number) == (
        "褚**", "139****4321", "110***********002X",
    )  # fmt: skip
    assert NAME in CaseEvent.objects.filter(kind="meeting").get().text
    assert NAME in Agreement.objects.get().terms


def test_equal_texts_look_different_and_are_found_by_their_mark(busy):
    assert encryption.encrypt(NAME) != encryption.encrypt(NAME)
    assert [party.name for party in Party.objects.all().known_by("139 8765 4321")] == [NAME]
    assert [party.name for party in Party.objects.all().known_by("", "11010519491231002x")] == [NAME]
    assert not Party.objects.all().known_by(PHONE[:-1]).exists()
    assert not Party.objects.all().known_by("").exists()


def test_keys_change_while_the_portal_runs(busy, settings):
    old, new = settings.PARTY_KEYS[0], Fernet.generate_key().decode()
    settings.PARTY_KEYS = [new, old]
    assert Party.objects.filter(side="worker").get().name == NAME  # read before anything was encrypted again
    assert Party.objects.all().known_by(PHONE).exists()
    outputs = [call_and_say("rotate_keys") for _ in range(2)]
    assert not outputs[0].startswith("0 ")
    assert outputs[1].startswith("0 "), "a second time there is nothing to do"
    settings.PARTY_KEYS = [new]
    assert Party.objects.filter(side="worker").get().name == NAME
    assert Party.objects.all().known_by(PHONE).exists()
    assert NAME in Agreement.objects.get().terms
    settings.PARTY_KEYS = [old]
    for model in (Party, CaseEvent, Agreement, HelpRequest):
        for record in model.objects.all():
            for name in encryption.encrypted_fields(model):
                assert getattr(record, name) in ("", encryption.LOST), "the old key alone opens nothing"
    assert not Party.objects.all().known_by(PHONE).exists()


def call_and_say(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def outsiders(studio) -> dict[str, User]:
    """Everybody but the studio's mediators and the supervisors."""
    roles = [role for role in Role.values if role not in (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)]
    scopes = {"org_leader": factories.OrganizationFactory().pk, "town_staff": studio.area_id, "administrator": 0}
    found = {role: factories.somebody(role, scopes.get(role, factories.COUNTY)) for role in roles}
    found["another studio"] = factories.somebody("mediator", factories.StudioFactory().pk)
    return found


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    return content.decode("utf-8", "ignore")


WAYS = {
    "list": ["/mediation/cases/", f"/mediation/cases/?q={NAME}", f"/mediation/cases/?q={PHONE}", "/mediation/help/"],
    "search": [f"/search/?q={NAME}", f"/search/?q={PHONE}", f"/search/?q={ID_NUMBER}"],
    "export": ["/mediation/cases/?export=xlsx", "/mediation/cases/?export=csv", "/mediation/help/?export=csv"],
    "figure rows": [
        "/dashboard/figures/cases_received/?year=2020",
        "/mediation/cases/?received_from=2020-01-01&received_to=2020-12-31&totals=1",
        "/mediation/overview/?year=2020",
    ],
    "page and history": ["/mediation/cases/{case}/", "/history/mediationcase/{case}/", "/history/"],
    "documents": ["/mediation/cases/{case}/agreement.pdf", "/mediation/cases/{case}/summary.pdf"],
    "attachments": ["/files/{file}/"],
    "autocomplete and field data": ["/field/data/", "/mediation/cases/{case}/clock/"],
    "to-do and messages": ["/", "/notices/"],
    "party itself": ["/mediation/parties/{party}/reveal/", "/mediation/parties/{party}/edit/"],
}


@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_way_leads_an_outsider_to_a_party(busy, studio, way):
    rollup.roll_up()
    keys = {"case": busy.pk, "party": busy.parties.first().pk, "file": Attachment.objects.get().key}
    for role, user in outsiders(studio).items():
        client = client_of(user)
        for pattern in WAYS[way]:
            response = client.get(pattern.format(**keys))
            assert response.status_code in (200, 302, 403, 404), (role, pattern, response.status_code)
            shown = body_of(response).replace(f'value="{NAME}"', "").replace(f"“{NAME}”", "")
            shown = (
                shown.replace(f'value="{PHONE}"', "").replace(f'value="{ID_NUMBER}"', "") if way == "search" else shown
            )
            wanted = PLANTED if way != "list" else (BOSS, ID_NUMBER, ASKER)
            assert [word for word in wanted if word in shown and f"q={word}" not in pattern] == [], (role, pattern)
            if "q=" in pattern:
                assert busy.number not in shown, (role, pattern)


def test_a_file_of_a_case_is_not_found_by_outsiders_and_names_nobody(busy, studio, mediator):
    attachment = Attachment.objects.get()
    assert attachment.name == "材料.jpg"
    response = client_of(mediator).get(f"/files/{attachment.key}/")
    assert body_of(response)
    for role, user in outsiders(studio).items():
        assert client_of(user).get(f"/files/{attachment.key}/").status_code == 404, role


def test_asking_for_a_phone_tells_outsiders_nothing(busy, studio):
    for role, user in outsiders(studio).items():
        response = client_of(user).post("/mediation/cases/earlier/", {"caller_phone": PHONE})
        if role == "another studio":
            assert busy.number not in body_of(response)
            assert "其他工作室办过同一电话或证件的案件" in body_of(response)
        else:
            assert response.status_code == 403, role


def test_looking_for_numbers_is_kept_and_bounded(busy, mediator, settings):
    settings.PARTY_LOOKUPS_AN_HOUR = 2
    client = client_of(mediator)
    for _ in range(2):
        assert busy.number in body_of(client.post("/mediation/cases/find/", {"caller_phone": PHONE}))
    refused = body_of(client.post("/mediation/cases/find/", {"caller_phone": PHONE}))
    assert "查找次数太多" in refused
    assert busy.number not in refused
    assert list(PartyLookup.objects.values_list("by", "found")) == [(mediator.pk, 1)] * 2


def test_requests_that_became_no_case_are_forgotten(busy):
    now = timezone.now()
    assert parties.forget_requests(now - timedelta(days=1)) == 0
    assert parties.forget_requests(now + timedelta(days=1)) == 1
    assert parties.forget_requests(now + timedelta(days=1)) == 0
    assert HelpRequest.objects.get().name == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话 138-1234-5678", "电话 （号码）"),
        ("打 138 1234 5678", "打 （号码）"),
        ("卡号 6222 0212 3456 7890 123", "卡号 （号码）"),
        ("旧身份证 110105491231002", "旧身份证 （号码）"),
        ("2020-06-10 付 43,200.00 元，共 3 期", "2020-06-10 付 43,200.00 元，共 3 期"),
        ("2020-06-10 至 2020-12-31", "2020-06-10 至 2020-12-31"),
        ("欠 432000 元", "欠 432000 元"),
    ],
)
def test_numbers_of_people_go_days_and_sums_stay(text, left):
    assert redact(text, {}) == left


def test_letters_name_nobody(busy, supervisor, mediator):
    User.objects.update(mail=User.Mail.DAILY, email="somebody@example.org")
    mail_daily()
    assert mail.outbox
    letters = "\n".join(f"{one.subject}\n{one.body}" for one in mail.outbox)
    assert busy.number in letters
    assert [word for word in PLANTED if word in letters] == []


def test_logs_and_error_reports_name_nobody(busy, mediator, caplog):
    with caplog.at_level(logging.DEBUG):
        client = client_of(mediator)
        client.post(
            "/mediation/cases/new/",
            {"caller_name": NAME, "caller_phone": PHONE, "kind": "wages", "studio": busy.studio_id},
        )
        client.post("/mediation/cases/find/", {"caller_phone": PHONE, "id_number": ID_NUMBER})
        client.get(f"/mediation/cases/{busy.pk}/")
        client.post(f"/mediation/parties/{busy.parties.first().pk}/reveal/", {"reason": "核对"})
    written = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert [word for word in PLANTED if word in written] == []

    request = RequestFactory().post("/mediation/cases/new/", {"caller_name": NAME, "caller_phone": PHONE})
    request.user, request.htmx = mediator, False
    case_new(request)  # which marks what was posted as sensitive
    try:
        raise RuntimeError("something broke")
    except RuntimeError:
        report = ExceptionReporter(request, *sys.exc_info()).get_traceback_text()
    assert "something broke" in report
    assert [word for word in PLANTED if word in report] == []


def test_every_reveal_is_in_the_history_with_its_reason(busy, mediator):
    party = busy.parties.first()
    with pytest.raises(ValidationError, match="为什么要看"):
        parties.reveal(party, by=mediator, reason=" ")
    with pytest.raises(ValidationError, match="不要写当事人"):
        parties.reveal(party, by=mediator, reason=f"找{NAME}")
    page = client_of(mediator).post(f"/mediation/parties/{party.pk}/reveal/", {"reason": "约调解时间"})
    assert NAME in body_of(page)
    assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert (
        client_of(mediator).post(f"/mediation/parties/{party.pk}/reveal/", {"reason": f"找{NAME}"}).status_code == 422
    )
    client_of(mediator).get(f"/mediation/cases/{busy.pk}/agreement.pdf")
    assert [one.reason for one in Reveal.objects.order_by("pk")] == ["打电话约时间", "约调解时间", "生成调解协议书"]
    history = client_of(mediator).get(f"/history/mediationcase/{busy.pk}/").content.decode()
    for text in ("查看当事人", "打电话约时间", "约调解时间", "生成调解协议书"):
        assert text in history


def test_whoever_is_not_in_the_team_is_written_down_for_the_team(busy, mediator, supervisor, studio):
    client_of(mediator).get(f"/mediation/cases/{busy.pk}/")
    assert not CaseRead.objects.exists()
    client_of(supervisor).get(f"/mediation/cases/{busy.pk}/")
    client_of(factories.somebody("leadership")).get(f"/mediation/cases/{busy.pk}/")
    assert CaseRead.objects.count() == 2
    client_of(supervisor).get(f"/history/mediationcase/{busy.pk}/")
    assert body_of(client_of(supervisor).get(f"/files/{Attachment.objects.get().key}/"))
    assert set(CaseRead.objects.values_list("what", flat=True)) == {"案件页", "变更记录", "附件"}
    page = client_of(mediator).get(f"/mediation/cases/{busy.pk}/").content.decode()
    assert "办案人员以外的人看过" in page
    assert str(supervisor) in page


def test_nobody_comments_on_a_case_in_the_open(busy, mediator):
    response = client_of(mediator).post(f"/comments/mediationcase/{busy.pk}/new/", {"text": NAME})
    assert response.status_code == 403
    assert NAME not in everything_stored()


def test_who_stands_back_finds_no_party(busy, mediator, colleague):
    teams.stand_back(busy, by=mediator, reason="是亲戚")
    mediator = User.objects.get(pk=mediator.pk)
    page = client_of(mediator).get(f"/mediation/cases/{busy.pk}/").content.decode()
    assert "您已回避本案" in page
    assert "褚" not in page
    assert client_of(mediator).get(f"/mediation/parties/{busy.parties.first().pk}/reveal/").status_code == 404
    with pytest.raises(PermissionDenied, match="已回避"):
        parties.reveal(busy.parties.first(), by=mediator, reason="想看看")


def test_a_redacted_file_has_the_same_stand_in_throughout(busy, mediator, supervisor):
    from mediation.documents import redacted_sections

    sections = redacted_sections(busy, list(busy.parties.all()), list(busy.events.all()))
    text = "\n".join(
        [cell for one in sections for row in one.rows for cell in row]
        + [value for one in sections for _, value in one.facts]
        + [one.text for one in sections]
    )
    assert [word for word in PLANTED if word in text] == []
    assert text.count("职工甲") >= 3
    assert "单位人员甲" in text
    assert client_of(supervisor).get(f"/mediation/cases/{busy.pk}/summary.pdf").status_code == 200


def test_old_cases_forget_whom_they_were_about(busy, mediator, supervisor, settings):
    settings.CASES_KEPT_YEARS = 10
    file = Attachment.objects.get().file
    outcomes.close(busy, by=mediator, unfulfilled_reason="单位注销")
    asked = HelpRequest.objects.get()
    HelpRequest.objects.filter(pk=asked.pk).update(asked_at=builders.MORNING)
    assert parties.anonymise_cases(timezone.localdate()) == 0, "one closed today is kept"
    MediationCase.objects.filter(pk=busy.pk).update(closed_on=date(2020, 7, 1))
    before = MediationCase.objects.totals()
    assert parties.anonymise_cases(date(2020, 7, 1)) == 0
    assert parties.anonymise_cases(date(2020, 7, 2)) == 1
    assert parties.anonymise_cases(date(2020, 7, 2)) == 0
    busy.refresh_from_db()
    assert busy.anonymised_on == timezone.localdate()
    assert MediationCase.objects.totals() == before
    assert {(one.name, one.phone, one.id_index) for one in busy.parties.all()} == {("", "", "")}
    assert set(busy.events.values_list("text", flat=True)) == {""}
    assert busy.agreements.get().terms == ""
    assert not Attachment.objects.filter(removed_at__isnull=True).exists()
    assert client_of(mediator).get(f"/mediation/cases/{busy.pk}/").status_code == 200
    assert file.name
    with pytest.raises(PermissionDenied, match="已隐去"):
        outcomes.reopen(busy, by=supervisor, reason="想看看")
