"""Checks on what is reported: each finds its planted case, and none accuses honest work."""

import random
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from PIL import Image

from services.actions import checks
from services.checks.catalogue import CHECKS
from services.models import ActivitySession, Finding, SurveyTicket
from services.outliers import far_outside
from tests import factories
from tests.services.reports import DAY, EVENING, found, photo, reported, scene
from xiangshan.core.perceptual_hash import distance
from xiangshan.shared.attachments.actions import attach
from xiangshan.shared.attachments.models import Attachment

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
    assert finding.text
    assert checks.check([session.pk]) == 0  # found again it is the same one
    assert Finding.objects.filter(session=session, check_code=code).count() == 1


def test_the_earlier_report_is_not_accused(organization, rooms):
    session, _, others = two_places(organization, rooms)
    assert found(*ActivitySession.objects.filter(pk__in=others)) == set()


# The other side of every bound ---------------------------------------------------------------------------------------


def test_one_after_the_other_is_not_at_once(organization, rooms):
    reported(organization, venue=rooms[0], starts_at=time(9), ends_at=time(11))
    elsewhere = reported(organization, venue=rooms[1], starts_at=time(11), ends_at=time(12))
    again = reported(organization, venue=rooms[0], starts_at=time(12), ends_at=time(13), title="下一场")
    assert found(elsewhere, again) == set()


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
    assert {one.perceptual_hash for one in Attachment.objects.all()} == {""}
    assert found(second) == set()


def test_likenesses_of_many_scenes_are_far_apart():
    """What SAME_UPTO and NEAR_UPTO rest on: 60 generated scenes, and the same ones shrunk and saved again."""
    from services.checks.photos import NEAR_UPTO, SAME_UPTO
    from xiangshan.core.perceptual_hash import perceptual_hash_of

    scenes = [scene(seed) for seed in range(60)]
    hashes = [perceptual_hash_of(one) for one in scenes]
    again = [perceptual_hash_of(Image.open(photo(one.resize((480, 360)), quality=50))) for one in scenes]
    assert max(distance(one, copy) for one, copy in zip(hashes, again, strict=True)) <= SAME_UPTO
    apart = [distance(a, b) for n, a in enumerate(hashes) for b in hashes[n + 1 :]]
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
    checks.check([session.pk for session in sessions])
    assert list(Finding.objects.serious()) == []
    assert Finding.objects.count() <= 10  # and hardly any other


def test_checking_many_asks_a_fixed_number_of_questions(organization, django_assert_max_num_queries):
    sessions = [reported(organization, held_on=DAY - timedelta(days=n)) for n in range(60)]
    with django_assert_max_num_queries(16):
        checks.check([session.pk for session in sessions])
