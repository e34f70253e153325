"""What is due under a project: notices before and after, on set days, once each."""

from datetime import timedelta

from django.utils import timezone

from projects import reminders
from projects.tasks import remind_leaders, remind_staff
from tests.projects import builders
from xiangshan.shared.notifications.models import Notice


def notices_of(user):
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def around(make):
    """One due on each day of three weeks."""
    today = timezone.localdate()
    for days in range(-16, 10):
        make(today + timedelta(days=days))


def test_leaders_hear_of_reports_on_set_days(leader, organization):
    project = builders.project(organization)
    around(lambda day: builders.report(project, due_on=day))
    builders.report(project, "accepted", due_on=timezone.localdate() - timedelta(days=1))
    builders.report(builders.project(organization, "completed"), due_on=timezone.localdate() - timedelta(days=1))
    for _ in range(2):  # the clock strikes twice
        assert reminders.remind_of_reports() == 6
    texts = notices_of(leader)
    assert len(texts) == 6
    assert sum("天后到期" in one for one in texts) == 2
    assert sum("已过期" in one for one in texts) == 4


def test_leaders_hear_of_milestones_and_things_lent(leader, organization):
    today = timezone.localdate()
    project = builders.project(organization)
    late = project.milestones.create(title="招募志愿者", due_on=today - timedelta(days=3))
    project.milestones.create(title="已达成", due_on=today - timedelta(days=3), reached_on=today, evidence="办完",
                              reported_by=leader)  # fmt: skip
    assert reminders.remind_of_milestones() == 1
    builders.loan(builders.equipment(), organization, due_in=-1)
    builders.loan(builders.equipment(), organization, due_in=5)
    assert reminders.remind_of_loans() == 1
    remind_leaders()
    assert len(notices_of(leader)) == 2
    late.due_on = today - timedelta(days=1)  # the plan was changed: chased anew
    late.save()
    remind_leaders()
    assert "已过期 1 天" in notices_of(leader)[-1]


def test_the_county_hears_once_a_week(county_staff, organization, leader):
    project = builders.project(organization)
    project.milestones.update(due_on=timezone.localdate() - timedelta(days=1))
    builders.report(project, due_on=timezone.localdate() - timedelta(days=20))
    builders.loan(builders.equipment(), organization, due_in=-1)
    remind_staff()
    remind_staff()
    assert notices_of(county_staff) == ["扶持项目本周催办：1 个里程碑逾期，1 份项目报告逾期，1 件装备逾期未还"]
    assert notices_of(leader) == []


def test_nothing_late_nobody_told(county_staff, organization):
    builders.project(organization)
    assert reminders.tell_county_of_the_week() == 0
    assert notices_of(county_staff) == []
