"""Procurement: how it is opened, answered, scored and decided; and by whom not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from services.actions import contracts, procurements
from services.models import Bid, Department, Procurement
from services.ranking import ranking_of
from services.scoring import rank
from tests import factories


@pytest.fixture
def judges(db):
    return [factories.somebody(role) for role in ("town_staff", "finance", "mediation_supervisor")]


@pytest.fixture
def teams(db):
    return [factories.OrganizationFactory() for _ in range(3)]


@pytest.fixture
def leaders(teams):
    return [factories.somebody("org_leader", team.pk) for team in teams]


def prepared(by, teams, judges, **values):
    asked = {
        "title": "职工心理服务",
        "category": factories.category("psychology"),
        "department": Department.objects.first(),
        "quantity": 64,
        "budget": Decimal(70_000),
        "method": "consultation",
        "requirements": "每场一小时半",
        "closes_at": timezone.now() + timedelta(days=3),
    }
    return procurements.prepare(by=by, invited=teams, evaluators=judges, **asked | values)


def closed(procurement):
    Procurement.objects.filter(pk=procurement.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    procurement.refresh_from_db()
    return procurement


def scored(procurement, judges, rows):
    criteria = list(procurement.criteria.all())
    bids = list(procurement.bids.order_by("pk"))
    for judge, points in zip(judges, rows, strict=True):
        given = {
            (bid.pk, criterion.pk): Decimal(point)
            for bid, point in zip(bids, points, strict=True)
            for criterion in criteria
        }
        procurements.score_bids(procurement, given, by=judge, finish=True)


def test_who_bids_reads_the_deadline_of_this_place(client, county_staff, teams, leaders, judges):
    closes_at = timezone.localtime().replace(hour=17, minute=30, second=0, microsecond=0) + timedelta(days=3)
    procurement = procurements.open(prepared(county_staff, teams, judges, closes_at=closes_at), by=county_staff)
    client.force_login(leaders[0])
    page = client.get(f"/services/procurements/{procurement.pk}/bid/").content.decode()
    assert f"{closes_at:%Y-%m-%d} 17:30 截止" in page


def test_from_the_call_to_the_decision(county_staff, teams, leaders, judges):
    procurement = procurements.open(prepared(county_staff, teams, judges), by=county_staff)
    assert leaders[0].notices.filter(text__contains="邀请应标").exists()
    for n, (team, leader) in enumerate(zip(teams, leaders, strict=True)):
        procurements.submit_bid(procurement, team, by=leader, price=Decimal(64_000 + n), proposal="方案")
    assert not Bid.objects.visible_to(county_staff).exists()
    assert Bid.objects.visible_to(leaders[0]).count() == 1
    with pytest.raises(PermissionDenied, match="之前不能开标"):
        procurements.close_bids(procurement, by=county_staff)
    procurement = procurements.close_bids(closed(procurement), by=county_staff)
    with pytest.raises(PermissionDenied, match="没有提交评分"):
        procurements.decide(procurement, procurement.bids.first(), by=county_staff, reason="最好")
    with pytest.raises(PermissionDenied, match="不是这次采购的评审人"):
        procurements.score_bids(procurement, {}, by=county_staff)
    [criterion, *_] = procurement.criteria.all()
    with pytest.raises(ValidationError, match="请刷新后再评"):
        procurements.score_bids(procurement, {(0, criterion.pk): Decimal(90)}, by=judges[0])
    with pytest.raises(ValidationError, match="项没有评分"):
        procurements.score_bids(procurement, {}, by=judges[0], finish=True)
    scored(procurement, judges, [(90, 80, 70), (90, 82, 70), (84, 81, 70)])
    with pytest.raises(PermissionDenied, match="已提交评分"):
        procurements.score_bids(procurement, {}, by=judges[0])
    ranking = ranking_of(procurement)
    assert [(row.bid.organization, row.ranked.score, row.ranked.spread) for row in ranking] == [
        (teams[0], Decimal("88.00"), Decimal("6.00")),
        (teams[1], Decimal("81.00"), Decimal("2.00")),
        (teams[2], Decimal("70.00"), Decimal("0.00")),
    ]
    with pytest.raises(ValidationError, match="定标理由"):
        procurements.decide(procurement, ranking[0].bid, by=county_staff, reason=" ")
    procurement = procurements.decide(procurement, ranking[0].bid, by=county_staff, reason="得分第一")
    contract = contracts.draft(by=county_staff, **contracts.award_values(procurement))
    assert (contract.amount, contract.organization) == (Decimal(64_000), teams[0])
    with pytest.raises(PermissionDenied, match="已经有合同"):
        contracts.draft(by=county_staff, **contracts.award_values(procurement))


def test_on_equal_terms_a_unionised_organization_first():
    scores = {1: [Decimal(80)], 2: [Decimal(80)], 3: [Decimal(79)]}
    ranked = rank(scores, {1: False, 2: True, 3: True}, {1: Decimal(1), 2: Decimal(2), 3: Decimal(0)})
    assert [(one.bid, one.preferred, one.is_tied) for one in ranked] == [
        (2, True, True),
        (1, False, True),
        (3, False, False),
    ]
    ranked = rank(scores, dict.fromkeys(scores, False), {1: Decimal(1), 2: Decimal(2), 3: Decimal(0)})
    assert [one.bid for one in ranked] == [1, 2, 3]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"method": "direct", "budget": Decimal(40_000)}, "写明理由"),
        ({"method": "direct", "method_reason": "独家", "budget": Decimal(60_000)}, "不能直接委托"),
        ({"method": "direct", "method_reason": "独家", "budget": Decimal(40_000)}, "只邀请一家"),
        ({"method": "inquiry", "budget": Decimal(300_000)}, "不能询价"),
        ({"budget": Decimal(1_000_000)}, "须公开招标"),
        ({"closes_at": timezone.now() - timedelta(days=1)}, "已过"),
        ({"criteria": [("方案", 90)]}, "权重之和须为 100"),
    ],
)
def test_what_does_not_keep_the_rules_is_not_published(county_staff, teams, judges, values, text):
    with pytest.raises(PermissionDenied, match=text):
        procurements.open(prepared(county_staff, teams, judges, **values), by=county_staff)


def test_too_few_invited_or_judging(county_staff, teams, judges):
    with pytest.raises(PermissionDenied, match="至少邀请 3 家，现在 2 家"):
        procurements.open(prepared(county_staff, teams[:2], judges), by=county_staff)
    with pytest.raises(PermissionDenied, match="评审人至少 3 位"):
        procurements.open(prepared(county_staff, teams, judges[:2]), by=county_staff)


def test_bids_only_by_the_invited_in_time_and_within_the_budget(county_staff, teams, leaders, judges):
    procurement = procurements.open(prepared(county_staff, teams, judges), by=county_staff)
    other = factories.OrganizationFactory()
    with pytest.raises(PermissionDenied, match="没有邀请"):
        procurements.submit_bid(
            procurement, other, by=factories.somebody("org_leader", other.pk), price=Decimal(1), proposal="方案"
        )
    with pytest.raises(PermissionDenied, match="负责人应标"):
        procurements.submit_bid(procurement, teams[0], by=leaders[1], price=Decimal(1), proposal="方案")
    with pytest.raises(ValidationError, match="超过预算"):
        procurements.submit_bid(procurement, teams[0], by=leaders[0], price=Decimal(70_001), proposal="方案")
    with pytest.raises(PermissionDenied, match="已经截止"):
        procurements.submit_bid(closed(procurement), teams[0], by=leaders[0], price=Decimal(1), proposal="方案")
    with pytest.raises(ValidationError, match="只能流标"):
        procurements.close_bids(procurement, by=county_staff)


def test_nobody_judges_an_organization_they_led(county_staff, teams, leaders, judges):
    factories.PostFactory(
        user=judges[0], role="org_leader", scope_id=teams[0].pk, starts_on=date(2018, 1, 1), ends_on=date(2019, 1, 1)
    )
    with pytest.raises(ValidationError, match="须回避"):
        prepared(county_staff, teams, judges)


def test_who_must_stand_back_later_is_replaced(county_staff, teams, leaders, judges):
    procurement = procurements.open(prepared(county_staff, teams, judges), by=county_staff)
    for team, leader in zip(teams, leaders, strict=True):
        procurements.submit_bid(procurement, team, by=leader, price=Decimal(100), proposal="方案")
    procurement = procurements.close_bids(closed(procurement), by=county_staff)
    factories.PostFactory(user=judges[0], role="org_leader", scope_id=teams[0].pk)
    with pytest.raises(PermissionDenied, match="须回避"):
        procurements.score_bids(procurement, {}, by=judges[0])
    into = factories.somebody("leadership")
    with pytest.raises(ValidationError, match="更换的原因"):
        procurements.replace_evaluator(procurement, judges[0], into, by=county_staff, reason="")
    procurements.replace_evaluator(procurement, judges[0], into, by=county_staff, reason="回避")
    scored(procurement, [into, *judges[1:]], [(90, 80, 70)] * 3)
    assert len(ranking_of(procurement)) == 3
