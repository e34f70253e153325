"""Checks on what is reported: each finds its planted case, and none accuses honest work."""

import random
from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from services import actions, rules
from services.checks import CHECKS
from services.models import ActivitySession, Finding, SurveyTicket
from services.outliers import far_outside
from tests import factories
from tests.test_pages import client_of
from xiangshan.dossier.actions import attach
from xiangshan.dossier.models import Attachment
from xiangshan.likeness import distance

DAY = date(2026, 6, 3)
EVENING = datetime(2026, 6, 3, 20, 0, tzinfo=timezone.get_default_timezone())


def reported(organization, **values):
    values.setdefault("held_on", DAY)
    return factories.SessionFactory(
        organization=organization, reported=True, submitted_at=values.pop("submitted_at", EVENING), **values
    )


def scene(seed, size=(960, 720)):
    """A photo like no other."""
    chance = random.Random(seed)
    image = Image.new("RGB", (960, 720), tuple(chance.randint(60, 220) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        left, top = chance.randint(0, 850), chance.randint(0, 620)
        box = (left, top, left + chance.randint(30, 400), top + chance.randint(30, 300))
        colour = tuple(chance.randint(0, 255) for _ in range(3))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour)
    return image.resize(size)


def photo(image, quality=90):
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return ContentFile(file.getvalue(), "现场.jpg")


def found(*sessions):
    actions.check_sessions([session.pk for session in sessions])
    return {(one.check_code, one.severity) for one in Finding.objects.filter(session__in=sessions, status="open")}


@pytest.fixture
def rooms(db):
    return factories.VenueFactory(capacity=100), factories.VenueFactory(capacity=100)


# A planted case for every check: what is reported, and which session is asked about -----------------------------------


def two_places(organization, rooms):
    first = reported(organization, venue=rooms[0], starts_at=time(9), ends_at=time(11))
    later = EVENING + timedelta(minutes=5)
    second = reported(organization, venue=rooms[1], starts_at=time(10), ends_at=time(12), submitted_at=later)
    return second, "serious", {first.pk}


def reported_twice(organization, rooms):
    lines = [factories.LineFactory(contract=factories.ContractFactory(organization=organization)) for _ in range(2)]
    dates = {"starts_on": DAY, "ends_on": DAY}
    for line in lines:
        type(line.contract).objects.filter(pk=line.contract_id).update(**dates)
    same = {"venue": rooms[0], "starts_at": time(9), "ends_at": time(11), "basis": "bought"}
    first = reported(organization, contract_line=lines[0], **same)
    second = reported(organization, contract_line=lines[1], submitted_at=EVENING + timedelta(minutes=5), **same)
    return second, "serious", {first.pk}


def held_in_future(organization, rooms):
    return reported(organization, held_on=DAY + timedelta(days=1)), "serious", set()


def photo_reused(organization, rooms):
    first, second = reported(organization), reported(factories.OrganizationFactory(), held_on=DAY - timedelta(days=30))
    staff = factories.somebody("county_staff")
    attach(first, [photo(scene(1))], by=staff)
    attach(second, [photo(scene(1))], by=staff)
    return second, "serious", {first.pk}


def outside_term(organization, rooms):
    line = factories.LineFactory(contract__organization=organization)  # of 2020
    return reported(organization, basis="bought", contract_line=line, held_on=date(2021, 1, 1)), "serious", set()


def over_quota(organization, rooms):
    line = factories.LineFactory(contract__organization=organization, quantity=1)
    bought = {"basis": "bought", "contract_line": line}
    reported(organization, held_on=date(2020, 5, 1), **bought)
    last = reported(organization, held_on=date(2020, 5, 2), submitted_at=EVENING + timedelta(1), **bought)
    return last, "serious", set()


def above_sign_ins(organization, rooms):
    return reported(organization, workers_served=90, sign_ins=40), "serious", set()


def above_capacity(organization, rooms):
    return reported(organization, workers_served=160, venue=rooms[0]), "serious", set()


def rating_burst(organization, rooms):
    session = reported(organization, responses=20, satisfied=20)
    for n in range(20):
        minute = EVENING + timedelta(minutes=n % 2)
        SurveyTicket.objects.create(session=session, digest=str(n), source="one hand", minute=minute)
    return session, "serious", set()


def outlier(organization, rooms):
    for n in range(9):
        factories.SessionFactory(
            organization=organization, verified=True, held_on=DAY - timedelta(days=9 + n), workers_served=38 + n
        )
    return reported(organization, workers_served=400), "notice", set()


PLANTED = {plant.__name__: plant for plant in (
    two_places, reported_twice, held_in_future, photo_reused, outside_term, over_quota, above_sign_ins, above_capacity,
    rating_burst, outlier,
)}  # fmt: skip


def test_every_check_has_its_planted_case():
    assert set(PLANTED) == set(CHECKS)


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_a_planted_case_is_found_and_names_its_records(organization, rooms, code):
    session, severity, others = PLANTED[code](organization, rooms)
    assert (code, severity) in found(session)
    finding = Finding.objects.get(session=session, check_code=code)
    assert {one.pk for one in finding.others.all()} == others
    assert finding.words
    assert actions.check_sessions([session.pk]) == 0  # found again it is the same one
    assert Finding.objects.filter(session=session, check_code=code).count() == 1


def test_the_earlier_report_is_not_accused(organization, rooms):
    session, _, others = two_places(organization, rooms)
    assert found(*ActivitySession.objects.filter(pk__in=others)) == set()


# The other side of every bound ---------------------------------------------------------------------------------------


def test_one_after_the_other_is_not_at_once(organization, rooms):
    reported(organization, venue=rooms[0], starts_at=time(9), ends_at=time(11))
    second = reported(organization, venue=rooms[1], starts_at=time(11), ends_at=time(12))
    third = reported(organization, venue=rooms[0], starts_at=time(11), ends_at=time(12), title="下一场")
    assert ("reported_twice", "serious") not in found(second, third)
    assert not [code for code, _ in found(second)] or found(second) == {("two_places", "serious")}


@pytest.mark.parametrize(
    ("workers", "signed", "expected"),
    [
        (30, 0, set()),
        (45, 40, set()),
        (50, 40, set()),
        (51, 40, {("above_sign_ins", "notice")}),
        (80, 40, {("above_sign_ins", "notice")}),
        (81, 40, {("above_sign_ins", "serious")}),
        (7, 3, set()),
        (30, 40, set()),
    ],
)
def test_far_above_sign_ins(organization, workers, signed, expected):
    assert found(reported(organization, workers_served=workers, sign_ins=signed)) == expected


@pytest.mark.parametrize(
    ("workers", "expected"),
    [(100, set()), (101, {("above_capacity", "notice")}), (150, {("above_capacity", "notice")}), (151, {("above_capacity", "serious")})],
)  # fmt: skip
def test_above_capacity(organization, rooms, workers, expected):
    assert found(reported(organization, workers_served=workers, venue=rooms[0])) == expected


@pytest.mark.parametrize(
    ("answers", "sources", "minutes", "handed", "expected"),
    [
        (500, 100, 1, False, set()),  # a full canteen within a minute
        (7, 1, 1, False, set()),
        (8, 1, 1, False, {("rating_burst", "notice")}),
        (16, 1, 2, False, {("rating_burst", "serious")}),
        (9, 1, 1, True, set()),
        (10, 1, 1, True, {("rating_burst", "serious")}),
    ],
)
def test_bursts_of_ratings(organization, answers, sources, minutes, handed, expected):
    session = reported(organization, responses=answers, satisfied=answers, workers_served=answers)
    SurveyTicket.objects.bulk_create(
        SurveyTicket(
            session=session,
            digest=str(n),
            source=f"s{n % sources}",
            minute=EVENING + timedelta(minutes=n % minutes),
            is_handed=handed,
        )
        for n in range(answers)
    )
    assert found(session) == expected


def test_a_contracts_first_and_last_day_are_within_its_term(organization):
    line = factories.LineFactory(contract__organization=organization)
    bought = {"basis": "bought", "contract_line": line}
    assert (
        found(*(reported(organization, held_on=day, **bought) for day in (date(2020, 1, 1), date(2020, 12, 31))))
        == set()
    )


@pytest.mark.parametrize(
    ("copy", "severity"),
    [
        (lambda image: photo(image.resize((480, 360))), "serious"),  # sent by a chat
        (lambda image: photo(image, quality=35), "serious"),  # saved again
        (lambda image: photo(scene(99)), None),  # another scene
    ],
    ids=["shrunk", "saved again", "another"],
)
def test_near_same_photos(organization, county_staff, copy, severity):
    first, second = reported(organization), reported(factories.OrganizationFactory())
    attach(first, [photo(scene(1))], by=county_staff)
    attach(second, [copy(scene(1))], by=county_staff)
    assert found(second) == ({("photo_reused", severity)} if severity else set())


def test_the_same_photo_twice_in_one_session_is_nothing(organization, county_staff):
    session = reported(organization)
    attach(session, [photo(scene(1)), photo(scene(1), quality=60)], by=county_staff)
    assert found(session) == set()


def test_blank_pictures_are_like_none(organization, county_staff):
    first, second = reported(organization), reported(factories.OrganizationFactory())
    attach(first, [photo(Image.new("RGB", (400, 300), "#333"))], by=county_staff)
    attach(second, [photo(Image.new("RGB", (400, 300), "#343434"))], by=county_staff)
    assert {one.likeness for one in Attachment.objects.all()} == {""}
    assert found(second) == set()


def test_likenesses_of_many_scenes_are_far_apart():
    """What SAME_UPTO and NEAR_UPTO rest on: 60 generated scenes, and the same ones shrunk and saved again."""
    from services.checks.photos import NEAR_UPTO, SAME_UPTO
    from xiangshan.likeness import likeness_of

    scenes = [scene(seed) for seed in range(60)]
    likenesses = [likeness_of(one) for one in scenes]
    again = [likeness_of(Image.open(photo(one.resize((480, 360)), quality=50))) for one in scenes]
    assert max(distance(one, copy) for one, copy in zip(likenesses, again, strict=True)) <= SAME_UPTO
    apart = [distance(a, b) for n, a in enumerate(likenesses) for b in likenesses[n + 1 :]]
    assert min(apart) > NEAR_UPTO


def test_far_outside_the_usual_by_median_and_mad():
    usual = [38, 40, 41, 39, 42, 40, 37, 300]
    assert not far_outside(55, usual)
    assert far_outside(400, usual) == 40
    assert not far_outside(400, usual[:7])  # too few known


# A thousand honest sessions ------------------------------------------------------------------------------------------


def test_a_thousand_honest_sessions_raise_no_serious_question(db):
    """Forty teams, two years: rooms that hold them, most scanned, some rated, each at one place at a time."""
    chance = random.Random(2020)
    venues = [factories.VenueFactory(capacity=capacity) for capacity in (60, 120, 300, 400, None)]
    sessions, tickets = [], []
    for _ in range(40):
        team = factories.OrganizationFactory()
        usual, line = chance.randint(15, 120), None
        if chance.random() < 0.4:
            line = factories.LineFactory(contract__organization=team, quantity=25)
            type(line.contract).objects.filter(pk=line.contract_id).update(starts_on=date(2019, 1, 1))
        rooms = [venue for venue in venues if venue.capacity is None or venue.capacity >= usual * 2]
        for n, day in enumerate(sorted(chance.sample(range(700), 25))):
            held_on = date(2019, 1, 20) + timedelta(days=day)
            workers = max(3, round(chance.gauss(usual, usual * 0.25)))
            signed = chance.choice([0, round(workers * chance.uniform(0.82, 1.1))])
            answers = round(workers * chance.uniform(0, 0.4))
            hour = chance.choice([9, 12, 14, 18])
            at = datetime(held_on.year, held_on.month, held_on.day, 20, tzinfo=timezone.get_default_timezone())
            session = factories.SessionFactory.build(
                organization=team,
                category=factories.category(),
                area_id=factories.DANDONG,
                held_on=held_on,
                title=f"第{n}场",
                venue=chance.choice(rooms),
                starts_at=time(hour),
                ends_at=time(hour + 2),
                status="submitted",
                workers_served=workers,
                sign_ins=signed,
                responses=answers,
                satisfied=answers,
                submitted_at=at,
                reported_on=held_on,
                reported_in_time=True,
                **({"basis": "bought", "contract_line": line} if line else {}),
            )
            sessions.append(session)
            tickets += [
                SurveyTicket(session=session, digest=f"{n}", source=f"s{n // 6}", minute=at + timedelta(minutes=n % 7))
                for n in range(answers)
            ]
    ActivitySession.objects.bulk_create(sessions)
    SurveyTicket.objects.bulk_create(tickets)
    assert len(sessions) == 1000
    actions.check_sessions([session.pk for session in sessions])
    assert list(Finding.objects.serious()) == []
    assert Finding.objects.count() <= 10  # and hardly any other


def test_checking_many_asks_a_fixed_number_of_questions(organization, django_assert_max_num_queries):
    sessions = [reported(organization, held_on=DAY - timedelta(days=n)) for n in range(60)]
    with django_assert_max_num_queries(16):
        actions.check_sessions([session.pk for session in sessions])


# What becomes of a finding -------------------------------------------------------------------------------------------


def test_reporting_checks_at_once_and_a_serious_finding_stops_verification(organization, leader, county_staff, rooms):
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate(), venue=rooms[0])
    actions.report_session(session, by=leader, workers_served=500)
    finding = Finding.objects.get(session=session, check_code="above_capacity")
    session.refresh_from_db()
    assert "1 个严重疑点没有处理" in rules.can_verify(county_staff, session).reason
    with pytest.raises(PermissionDenied, match="严重疑点"):
        actions.verify_session(session, by=county_staff)
    with pytest.raises(PermissionDenied, match="工会工作人员处理"):
        actions.settle_finding(finding, by=leader, status="justified", settlement="真的有")
    with pytest.raises(ValidationError, match="理由"):
        actions.settle_finding(finding, by=county_staff, status="justified", settlement=" ")
    actions.settle_finding(finding, by=county_staff, status="justified", settlement="露天广场,分三批")
    assert actions.check_sessions([session.pk]) == 0  # what is justified stays settled
    assert actions.verify_session(session, by=county_staff).status == "verified"


def test_a_confirmed_finding_sends_the_report_back_and_opens_again_if_nothing_changes(organization, leader, county_staff, rooms):  # fmt: skip
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate(), venue=rooms[0])
    actions.report_session(session, by=leader, workers_served=500)
    finding = Finding.objects.get(session=session)
    actions.settle_finding(finding, by=county_staff, status="confirmed", settlement="现场只有 50 人")
    session.refresh_from_db()
    assert (session.status, session.line_unit) == ("returned", None)
    assert "现场只有 50 人" in session.note
    actions.report_session(session, by=leader, workers_served=490)
    finding.refresh_from_db()
    assert finding.status == "open"
    actions.return_session(session, by=county_staff, reason="还是不对")
    actions.report_session(session, by=leader, workers_served=50)
    finding.refresh_from_db()
    assert finding.status == "gone"


def test_whoever_reported_does_not_settle(organization, county_staff, rooms):
    session = reported(organization, workers_served=500, venue=rooms[0], submitted_by=county_staff)
    found(session)
    with pytest.raises(PermissionDenied, match="自己上报"):
        actions.settle_finding(session.findings.get(), by=county_staff, status="justified", settlement="对的")


def test_the_night_finds_what_a_later_report_throws_light_on(organization, county_staff):
    today = timezone.localdate()
    first = factories.SessionFactory(organization=organization, verified=True, held_on=today - timedelta(days=3))
    attach(first, [photo(scene(1))], by=county_staff)
    second = factories.SessionFactory(
        organization=factories.OrganizationFactory(), verified=True, held_on=today - timedelta(days=2)
    )
    attach(second, [photo(scene(1))], by=county_staff)
    assert actions.check_recent(days=120) == 1
    assert second.findings.get().check_code == "photo_reused"
    assert actions.check_recent(days=120) == 0


def test_whole_batches_only_where_nothing_is_flagged(organization, county_staff, rooms):
    clean = [reported(organization, held_on=DAY - timedelta(days=n)) for n in range(3)]
    flagged = reported(organization, workers_served=110, venue=rooms[0], held_on=DAY - timedelta(days=9))
    found(*clean, flagged)
    client = client_of(county_staff)
    page = client.get("/services/sessions/queue/together/").content.decode()
    assert all(session.title in page for session in clean)
    assert flagged.title not in page
    client.post("/services/sessions/queue/together/", {"pk": [clean[0].pk, flagged.pk]})
    assert not ActivitySession.objects.verified().exists()  # all or none
    client.post("/services/sessions/queue/together/", {"pk": [session.pk for session in clean]})
    assert ActivitySession.objects.verified().count() == 3


def test_returned_with_a_usual_reason_or_ones_own(organization, county_staff):
    session = reported(organization)
    client = client_of(county_staff)
    assert client.post(f"/services/sessions/{session.pk}/return/", {"usual": "", "reason": " "}).status_code == 422
    client.post(f"/services/sessions/{session.pk}/return/", {"usual": "请补传活动照片", "reason": "要看得到横幅"})
    session.refresh_from_db()
    assert session.note == "请补传活动照片;要看得到横幅"


def test_rates_and_findings_are_for_the_union_only(organization, leader, county_staff, rooms):
    session = reported(organization, workers_served=500, venue=rooms[0])
    found(session)
    page = client_of(county_staff).get("/services/findings/rates/?year=2026").content.decode()
    assert organization.name in page
    assert "100" in page
    assert client_of(leader).get("/services/findings/rates/").status_code == 403
    assert "疑点" not in client_of(leader).get(f"/services/sessions/{session.pk}/").content.decode()


def test_a_session_of_another_area_is_not_shown_beside(organization, town_staff, county_staff):
    first = reported(factories.OrganizationFactory(area_id=factories.SHIPU), area_id=factories.SHIPU, title="石浦的事")
    attach(first, [photo(scene(1))], by=county_staff)
    second = reported(organization)
    attach(second, [photo(scene(1))], by=county_staff)
    found(second)
    finding = second.findings.get()
    of_town = client_of(town_staff).get(f"/services/findings/{finding.pk}/").content.decode()
    assert "石浦的事" not in of_town
    assert "另有 1 场在别的地区" in of_town
    assert "石浦的事" in client_of(county_staff).get(f"/services/findings/{finding.pk}/").content.decode()


def test_what_is_usual_counts_sessions_and_not_findings(organization, county_staff):
    from services.signs import usual_of

    day = timezone.localdate() - timedelta(days=5)
    other = reported(organization, held_on=day)
    for code in ("one", "two", "three"):
        factories.FindingFactory(
            session=other, check_code=code, status="confirmed", settlement="属实",
            settled_by=county_staff, settled_at=timezone.now(),
        )  # fmt: skip
    usual = usual_of(reported(organization, held_on=day - timedelta(days=1)))
    assert (usual.sessions, usual.in_time, usual.confirmed) == (1, 1, 3)
