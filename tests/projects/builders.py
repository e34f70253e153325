"""Records of projects as they stand at some point of their life, written past the actions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from projects.models import (
    BudgetLine,
    Completion,
    Disbursement,
    Equipment,
    EquipmentLoan,
    Incubation,
    Milestone,
    PlanChange,
    Programme,
    ProgrammeCriterion,
    ProgressReport,
    ProjectPaper,
    Review,
    ReviewScore,
    Support,
    SupportGiven,
    SupportProject,
    VenueBooking,
    VenueSlot,
)
from tests import factories
from xiangshan.core.areas.models import Area, county_of

_count = iter(range(1, 1_000_000))


def programme(area: int = factories.COUNTY, status: str = "open", **values: Any) -> Programme:
    """Open since yesterday, until tomorrow; the usual criteria."""
    now, number = timezone.now(), next(_count)
    given: dict[str, Any] = {
        "title": f"第{number}期扶持计划",
        "year": timezone.localdate().year,
        "theme": "强队伍",
        "budget": Decimal(100_000),
        "call": "请在截止前申报。",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "created_by": factories.UserFactory(),
        **values,
    }
    if status == "decided":
        given |= {"decided_by": factories.UserFactory(), "decided_on": timezone.localdate()}
    made = Programme.objects.create(area_id=area, status=status, **given)
    for title, weight in (("需求", 60), ("预算", 40)):
        ProgrammeCriterion.objects.create(programme=made, title=title, weight=weight)
    return made


def project(organization: Any, status: str = "running", granted: int = 10_000, **values: Any) -> SupportProject:
    """With a budget line, a support asked for, and a term around today."""
    today, number = timezone.localdate(), next(_count)
    given: dict[str, Any] = {
        "title": f"第{number}扶持项目",
        "year": today.year,
        "goal": "让职工有地方去",
        "plan": "每月一次",
        "starts_on": today - timedelta(days=60),
        "ends_on": today + timedelta(days=300),
        "requested_amount": Decimal(granted),
        **values,
    }
    if status in SupportProject.GRANTED or status == "declined":
        given = {"decided_on": today, "decided_by": factories.UserFactory()} | given
    if status in SupportProject.GRANTED:
        given = {"granted_amount": Decimal(granted)} | given
    made = SupportProject.objects.create(organization=organization, status=status, **given)
    BudgetLine.objects.create(project=made, title="活动费", amount=Decimal(granted or 1), requested=Decimal(granted))
    Support.objects.create(project=made, kind="money", asked="资金")
    Milestone.objects.create(project=made, title="开展十场活动", due_on=today + timedelta(days=30))
    return made


def sheet(of: SupportProject, points: tuple[int, int] | None = None, reviewer: Any = None) -> Review:
    """A reviewer's sheet: still open, or handed in with these points."""
    made = Review.objects.create(project=of, reviewer=reviewer or factories.UserFactory())
    if points is not None and of.programme is not None:
        for criterion, given in zip(of.programme.criteria.all(), points, strict=True):
            ReviewScore.objects.create(review=made, criterion=criterion, points=given)
        made.status, made.comment, made.submitted_at = "submitted", "可行", timezone.now()
        made.save()
    return made


def tranche(of: SupportProject, amount: int, status: str = "planned", **values: Any) -> Disbursement:
    """Counted with its project, as the actions do."""
    now = timezone.now()
    if status != "planned":
        values = {"requested_by": factories.UserFactory(), "requested_at": now} | values
    if status in ("approved", "paid"):
        values = {"approved_by": factories.UserFactory(), "approved_at": now} | values
    if status == "paid":
        values = {
            "paid_on": timezone.localdate(),
            "paid_by": values["approved_by"],
            "voucher_number": f"记{next(_count)}",
        } | values
    made = Disbursement.objects.create(
        project=of, number=f"拨{next(_count)}", title="一期", amount=Decimal(amount), status=status, **values
    )
    of.committed_amount += made.amount
    of.paid_amount += made.amount if status == "paid" else 0
    of.save()
    return made


def report(of: SupportProject, status: str = "due", **values: Any) -> ProgressReport:
    given: dict[str, Any] = {"title": "第 1 期进展报告", "due_on": timezone.localdate() + timedelta(days=5), **values}
    if status in ("submitted", "accepted", "returned"):
        given |= {"content": "做了三场", "submitted_by": factories.UserFactory(), "submitted_at": timezone.now()}
    if status in ("returned", "accepted", "skipped"):
        given |= {"remark": "请补数字", "settled_by": factories.UserFactory()}
    return ProgressReport.objects.create(project=of, status=status, **given)


def completion(of: SupportProject, paid: int, spent: int) -> Completion:
    return Completion.objects.create(
        project=of,
        reached="都达成",
        verdict="passed",
        opinion="同意",
        paid=Decimal(paid),
        spent=Decimal(spent),
        accepted_by=factories.UserFactory(),
        accepted_on=timezone.localdate(),
    )


def community(area_id: int) -> Area:
    """The first below a town."""
    town = Area.objects.get(pk=area_id)
    found = Area.objects.filter(parent=town, level=Area.Level.COMMUNITY).order_by("pk").first()
    return found or Area.objects.create(
        pk=area_id + 999, code=str(area_id + 999), name="新建社区", level=Area.Level.COMMUNITY, parent=town
    )


def equipment(county: int = factories.COUNTY, **values: Any) -> Equipment:
    return Equipment.objects.create(number=f"装{next(_count)}", name="冲锋舟", area_id=county, **values)


def loan(of: Equipment, organization: Any, due_in: int = 10, **values: Any) -> EquipmentLoan:
    today = timezone.localdate()
    given = {"lent_on": today - timedelta(days=30), "due_on": today + timedelta(days=due_in), **values}
    return EquipmentLoan.objects.create(
        equipment=of, organization=organization, lent_by=factories.UserFactory(), **given
    )


def booking(organization: Any, days: int = 1, hour: int = 9, half_hours: int = 4, **values: Any) -> VenueBooking:
    """Some days from now, from an hour on; with its slots."""
    day = timezone.localtime() + timedelta(days=days)
    start = day.replace(hour=hour, minute=0, second=0, microsecond=0)
    half = timedelta(minutes=30)
    given = {"purpose": "培训", "booked_by": factories.UserFactory(), **values}
    given.setdefault("venue", factories.VenueFactory())
    made = VenueBooking.objects.create(
        organization=organization, starts_at=start, ends_at=start + half * half_hours, **given
    )
    for n in range(half_hours):
        VenueSlot.objects.create(booking=made, venue=made.venue, starts_at=start + half * n)
    return made


def given(organization: Any, **values: Any) -> SupportGiven:
    made = {
        "kind": "training",
        "title": "急救培训",
        "given_on": timezone.localdate(),
        "hours": Decimal(3),
        "people": 20,
        "recorded_by": factories.UserFactory(),
        **values,
    }
    return SupportGiven.objects.create(organization=organization, **made)


def incubation(team: Any, area_id: int = factories.DANDONG, **values: Any) -> Incubation:
    entered = timezone.localdate() - timedelta(days=90)
    return Incubation.objects.create(team=team, community=community(area_id), **{"entered_on": entered, **values})


def records(organization: Any, area_id: int) -> dict[str, Any]:
    """One of each kind at each point, for whoever walks the pages."""
    county, today = county_of(area_id), timezone.localdate()
    past = {"opens_at": timezone.now() - timedelta(days=9), "closes_at": timezone.now() - timedelta(days=1)}

    def applied(status: str, call: Programme) -> SupportProject:
        return project(organization, status, programme=call, decided_on=None)

    closed = applied("submitted", programme(county, **past))
    judged = applied("reviewing", programme(county, "reviewing", **past))
    sheet(judged, (80, 90))
    sheet(judged, (70, 60))
    judging = applied("reviewing", programme(county, "reviewing", **past))
    decided = project(organization, "declined", programme=programme(county, "decided", **past))
    running, planned = project(organization), project(organization, "approved")
    started = project(organization, "approved", granted=0)
    report(started, is_final=True)
    done, over = project(organization, "completed"), project(organization, "completed")
    tranche(done, 10_000, "paid")
    completion(done, 10_000, 8_000)
    completion(over, 0, 0)
    finished = project(organization)
    report(finished, "accepted", is_final=True)
    reached = Milestone.objects.create(
        project=running,
        title="招募志愿者",
        due_on=today,
        reached_on=today,
        evidence="招了二十人",
        reported_by=factories.UserFactory(),
    )
    return {
        "booking": booking(organization),
        "equipment": equipment(county),
        "loan": loan(equipment(county), organization),
        "given": given(organization),
        "incubation": incubation(organization, area_id),
        "community": community(area_id),
        "project_running": running,
        "project_planned": planned,
        "project_ready": started,
        "project_done": done,
        "project_over": over,
        "project_finished": finished,
        "project_decided": decided,
        "application": applied("draft", programme(county)),
        "application_sent": applied("submitted", programme(county)),
        "application_judged": judging,
        "paper": ProjectPaper.objects.create(project=running, title="协议"),
        "programme": programme(county),
        "programme_draft": programme(county, "draft"),
        "programme_closed": closed.programme,
        "programme_judged": judged.programme,
        "programme_judging": judging.programme,
        "programme_decided": decided.programme,
        "review": sheet(judging),
        "milestone": running.milestones.get(title="开展十场活动"),
        "milestone_reached": reached,
        "report": report(running),
        "report_sent": report(running, "submitted"),
        "disbursement": tranche(running, 1_000),
        "disbursement_asked": tranche(running, 1_000, "requested"),
        "disbursement_approved": tranche(running, 1_000, "approved"),
        "change": PlanChange.objects.create(
            project=running,
            because="台风",
            new_ends_on=today + timedelta(days=330),
            requested_by=factories.UserFactory(),
            requested_at=timezone.now(),
        ),
    }
