"""feedback_closed_rate: ratings of 1-2 followed up with an outcome / ratings of 1-2, by the day of the activity."""

from datetime import date

from services.actions import follow_ups, sessions
from services.models import FollowUp
from tests import factories
from tests.test_pages import client_of
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period


def rate(kind, scope):
    rollup.refresh()
    found = figures.figures(figures.Scope(kind, scope), Period.year(2020))["feedback_closed_rate"]
    return found.numerator, found.denominator


def test_low_ratings_followed_up(organization, county_staff, leader):
    session = factories.SessionFactory(organization=organization, verified=True)
    rows = [
        factories.FollowUpFactory(response=factories.ResponseFactory(session=session, overall=star))
        for star in (1, 2, 2)
    ]
    factories.ResponseFactory(session=session, overall=3)
    struck = factories.SessionFactory(organization=organization, status="cancelled")
    factories.FollowUpFactory(response=factories.ResponseFactory(session=struck, overall=1))
    rollup.roll_up()
    assert rate(Kind.AREA, factories.COUNTY) == (0, 3)
    follow_ups.close(rows[0], by=county_staff, outcome="mended", text="换了会议室")
    assert rate(Kind.AREA, factories.COUNTY) == (1, 3)
    assert rate(Kind.ORGANIZATION, organization.pk) == (1, 3)
    sessions.send_back(session, by=county_staff, reason="核对人数")
    sessions.edit(session, by=county_staff, held_on=date(2019, 5, 1))
    assert rate(Kind.AREA, factories.COUNTY) == (0, 0)
    assert rollup.find_drift() == []


def test_the_figure_leads_to_its_rows_and_only_for_the_union(organization, county_staff, leader):
    session = factories.SessionFactory(organization=organization, verified=True)
    factories.FollowUpFactory(response=factories.ResponseFactory(session=session, overall=1))
    rollup.roll_up()
    page = client_of(county_staff).get("/dashboard/?year=2020").content.decode()
    assert "/services/follow-ups/?" in page
    rows = client_of(county_staff).get("/services/follow-ups/?first=2020-01-01&last=2020-12-31")
    assert len(rows.context["page"].rows) == FollowUp.objects.count() == 1
    assert client_of(leader).get("/dashboard/figures/feedback_closed_rate/").status_code == 404
