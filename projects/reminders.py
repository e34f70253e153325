"""Whom to remind of what is due under a project: notices by the clock, each once however often the clock strikes."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from projects.models import EquipmentLoan, Milestone, ProgressReport, SupportProject
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of
from xiangshan.shared.notifications.actions import notify

# Days before a report, a milestone or a return is due, and days after, on which an organization's leader is notified.
DUE_SOON_ON = (7, 1)
OVERDUE_ON = (1, 3, 7, 14)


def _days() -> dict[date, str]:
    """Days on which something due today's reminder speaks of, and how it says so."""
    today = timezone.localdate()
    ahead = {today + timedelta(days=days): f"{days} 天后到期" for days in DUE_SOON_ON}
    return ahead | {today - timedelta(days=days): f"已过期 {days} 天" for days in OVERDUE_ON}


def _tell_leaders(organization: int, key: str, text: str, link: str) -> None:
    notify(holders(Role.ORG_LEADER, organization), key, text, link)


def remind_of_reports() -> int:
    days = _days()
    rows: Any = ProgressReport.objects.awaited().filter(due_on__in=days).with_project().order_by("pk")
    for report in rows:
        text = f"“{report.project.title}”的{report.title}{days[report.due_on]}，请提交"
        link = reverse("projects:report_detail", args=[report.pk])
        _tell_leaders(report.project.organization_id, f"report-{report.pk}-{days[report.due_on]}", text, link)
    return len(rows)


def remind_of_milestones() -> int:
    days = _days()
    running: Any = Milestone.objects.filter(
        project__status=SupportProject.Status.RUNNING, reached_on__isnull=True, due_on__in=days
    )
    items = list(running.with_project().order_by("pk"))
    for milestone in items:
        text = f"“{milestone.project.title}”的里程碑“{milestone.title}”{days[milestone.due_on]}；达成了请上报"
        link = reverse("projects:project_detail", args=[milestone.project_id]) + "#milestones"
        key = f"milestone-{milestone.pk}-{milestone.due_on}-{days[milestone.due_on]}"
        _tell_leaders(milestone.project.organization_id, key, text, link)
    return len(items)


def remind_of_loans() -> int:
    days = _days()
    out: Any = EquipmentLoan.objects.out().filter(due_on__in=days).select_related("equipment").order_by("pk")
    for loan in out:
        text = f"借用的{loan.equipment}{days[loan.due_on]}，请归还县总工会"
        link = reverse("projects:equipment_detail", args=[loan.equipment_id])
        _tell_leaders(loan.organization_id, f"loan-{loan.pk}-{days[loan.due_on]}", text, link)
    return len(out)


def tell_county_of_the_week() -> int:
    """Every week, to the county's staff: milestones missed, reports and things overdue. Returns how many counties were notified."""
    late: dict[int, list[str]] = defaultdict(list)
    sources: list[tuple[str, Any, str]] = [
        ("个里程碑逾期", Milestone.objects.missed(), "project__organization__area"),
        ("份项目报告逾期", ProgressReport.objects.overdue(), "project__organization__area"),
        ("件装备逾期未还", EquipmentLoan.objects.overdue(), "equipment__area"),
    ]
    for text, rows, path in sources:
        counted: dict[int, int] = defaultdict(int)
        for area in rows.order_by("pk").values_list(path, flat=True):
            counted[county_of(area)] += 1
        for county, count in counted.items():
            late[county].append(f"{count} {text}")
    week = f"{timezone.localdate():%G-W%V}"
    for county, parts in late.items():
        text = "扶持项目本周催办：" + "，".join(parts)
        notify(holders(Role.COUNTY_STAFF, county), f"projects-{county}-{week}", text, reverse("todo_list"))
    return len(late)
