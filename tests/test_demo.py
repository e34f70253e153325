"""The demo data shows the county's public figures, from rows, and loading it again changes nothing."""

import json
import os
from io import StringIO

from django.core.management import call_command

from mediation.models import Party, RewardStatement, Studio
from mediation.selectors.rewards import differences_of
from orgs.models import SocialOrganization
from services.actions import checks, sessions
from services.models import ActivitySession, Finding, FollowUp
from tests.metrics.links import disagreeing
from tests.metrics.plain_sql import disagreements, facts
from tests.metrics.reading import monthly
from tests.prepared import PASSWORD
from tests.test_access import untouched
from tests.test_pages import client_of
from xiangshan.core.accounts.models import User
from xiangshan.demo import loading
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import METRICS

# Random scopes whose every figure is compared with its list; more in the long gate (make test-junk).
SCOPES_COMPARED = 200 if os.environ.get("JUNK") == "all" else 70


def printed(*text: str) -> dict:
    out = StringIO()
    call_command("figures", *text, "--json", stdout=out)
    return json.loads(out.getvalue())["figures"]


def test_the_figures_of_2020_are_the_public_ones(demo):
    found = printed("--year", "2020")
    assert found["sessions_held"] == {"value": 720, "numerator": 720, "denominator": 1}
    assert 30_000 <= found["workers_served"]["value"] < 31_000
    assert 0.90 <= found["satisfaction_rate"]["value"] <= 0.97
    assert (found["contracts_active"]["value"], found["orgs_key"]["value"]) == (12, 7)
    assert found["orgs_incubated"]["value"] > 100
    assert found["orgs_linked"]["value"] > 200
    assert Studio.objects.count() == 8
    verified = ActivitySession.objects.verified().filter(held_on__year=2020)
    psychology = verified.filter(category__code="psychology")
    assert psychology.count() == 64
    assert psychology.filter(rehearsals__outcome="passed").distinct().count() == 64
    assert verified.filter(title__contains="快闪").count() == 18
    proven = ActivitySession.objects.verified().filter(evidence="changing_code")
    assert not proven.filter(sign_ins=0).exists()


def test_the_studio_of_old_zhou_in_2020(demo):
    zhou = figures.figures(figures.Scope(Kind.STUDIO, Studio.objects.get(name="老周工作室").pk), Period.year(2020))
    assert 200 <= zhou["cases_received"].value <= 220
    assert 450 <= zhou["people_received"].value <= 470
    assert zhou["amount_involved"].value == 12_880_000
    of_the_year = RewardStatement.objects.filter(studio__name="老周工作室", year=2020)
    assert of_the_year.count() == 4
    assert of_the_year.get(quarter=4).lines.filter(kind="cap").exists()  # the year's cap shows what it cuts
    assert sum(of_the_year.values_list("total", flat=True)) == of_the_year[0].scheme.studio_at_most
    for statement in of_the_year:
        lines = statement.lines.all()
        assert statement.total == sum(line.amount for line in lines)
        assert differences_of(statement) == [], "reckoned anew, it says the same"
        assert all(line.amount == sum(amount for _, amount in line.shown_parts) for line in lines)
    assert Party.objects.filter(case__studio__name="老周工作室").count() > 400


def test_every_figure_follows_from_its_facts(demo):
    assert rollup.find_drift() == []
    ours = monthly()
    assert {code for code, *_ in ours} == set(facts()), "the demo has something of every additive metric"
    assert disagreements(ours) == {}, "SQL written by hand says the same"


def test_a_figure_and_the_list_behind_its_link_agree(demo):
    with untouched():
        wrong, met, compared = disagreeing(SCOPES_COMPARED, seed=1)
    assert wrong == [], "a figure and the list behind its link"
    assert met == {metric.code for metric in METRICS}, "none of them was compared empty everywhere"
    assert compared > 15 * SCOPES_COMPARED


def test_nothing_but_what_was_planted_raises_a_question(demo):
    planted = set(Finding.objects.open().values_list("check_code", flat=True))
    assert planted == {
        "two_places", "reported_twice", "photo_reused", "above_sign_ins", "above_capacity", "rating_burst",
    }  # fmt: skip
    assert checks.check_recent(days=400) == 0  # whatever else is reported around today raises no question
    assert FollowUp.objects.open().count() == 5


def test_loading_the_demo_again_changes_nothing(demo, settings):
    settings.DEMO_PASSWORD = PASSWORD
    before = ActivitySession.objects.count(), User.objects.count()
    assert loading.is_loaded()
    call_command("demo", "--force", stdout=StringIO())
    assert (ActivitySession.objects.count(), User.objects.count()) == before


def test_a_deleted_session_counts_no_more(demo):
    county = User.objects.get(username="county")
    sessions.delete(ActivitySession.objects.verified().filter(held_on__year=2020).first(), by=county, reason="重复登记")
    rollup.refresh()
    assert printed("--year", "2020")["sessions_held"]["value"] == 719


def test_the_rescue_team_as_the_county_knows_it(demo):
    team = SocialOrganization.objects.get(short_name="雄鹰应急救援队")
    client = client_of(User.objects.get(username="county"))
    page = client.get(f"/orgs/{team.pk}/").content.decode()
    strengths = list(team.strength_reports.values_list("as_of", "formal_members"))
    assert (strengths[0][1], strengths[-1][1]) == (11, 55)
    for text in (
        "2014-06-01",
        "2020-12-20",
        "单独建会，2015-07-20",
        "社会组织工会示范点",
        "应急救援技能培训",
        "心肺复苏实操",
    ):
        assert text in page
    history = client.get(f"/history/socialorganization/{team.pk}/").content.decode()
    for text in ("队伍规模", "正式队员：11", "正式队员：55", "建会覆盖", "社会组织工会示范点", "重点扶持", "阶段历史"):
        assert text in history
