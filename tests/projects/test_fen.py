"""Whatever is done in whatever order: lines, grant, tranches, what was used and what came back agree to the fen."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions import disbursements, plan_changes, projects
from projects.models import Completion, Disbursement, SupportProject
from tests import factories

FEN = Decimal("0.01")
MONEY = st.decimals(min_value=FEN, max_value=Decimal("99999.99"), places=2)
LINES = st.lists(st.tuples(MONEY, st.integers(0, 100)), min_size=1, max_size=5)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "cancel", "request", "return", "approve", "pay", "move"]), MONEY, st.integers(0, 7)
    ),
    max_size=25,
)


def agrees(project: SupportProject) -> None:
    project.refresh_from_db()
    lines = list(project.lines.all())
    tranches = list(project.disbursements.exclude(status="cancelled"))
    assert project.granted_amount == sum(line.requested for line in lines)
    assert all(0 <= line.requested <= line.amount for line in lines)
    assert project.committed_amount == sum(one.amount for one in tranches)
    assert project.paid_amount == sum(one.amount for one in tranches if one.status == "paid")
    assert project.paid_amount <= project.committed_amount <= project.granted_amount
    completion = Completion.objects.filter(project=project).first()
    if completion is not None:
        assert completion.paid == project.paid_amount
        assert completion.spent == sum(line.spent for line in lines)
        assert completion.paid == completion.spent + completion.returned + completion.to_return
        assert completion.to_return >= 0


def assigned(by, organization, lines):
    today = timezone.localdate()
    return projects.assign(
        by=by,
        organization=organization,
        title="扶持",
        year=today.year,
        starts_on=today,
        ends_on=today + timedelta(days=99),
        lines=[
            {"title": f"第{n}项", "amount": amount, "requested": (amount * share / 100).quantize(FEN)}
            for n, (amount, share) in enumerate(lines)
        ],
        milestones=[{"title": "开办", "due_on": today}],
    )


def attempt(act) -> None:
    """What is refused changes nothing: `agrees` looks right after."""
    try:
        act()
    except (PermissionDenied, ValidationError):
        return


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, STEPS, st.lists(MONEY, min_size=5, max_size=5), st.lists(MONEY, max_size=4))
def test_everything_agrees_to_the_fen(lines, steps, used, returned):
    with transaction.atomic():
        _live(lines, steps, used, returned)
        transaction.set_rollback(True)


def _live(lines, steps, used, returned) -> None:
    county, other, finance = (factories.somebody(role) for role in ("county_staff", "county_staff", "finance"))
    project = assigned(county, factories.OrganizationFactory(), lines)
    agrees(project)
    projects.plan_reports(project, by=county)
    if project.granted_amount:
        projects.plan_tranches(project, [{"title": "一期", "amount": project.granted_amount}], by=county)
    projects.start(project, by=county)
    for step, amount, which in steps:
        agrees(project)
        tranches = list(project.disbursements.order_by("pk"))
        budget = list(project.lines.order_by("pk"))
        one: Disbursement | None = tranches[which % len(tranches)] if tranches else None
        if step == "add":
            attempt(lambda amount=amount: projects.add_tranche(project, by=county, title="又一期", amount=amount))
        elif step == "move":
            move(project, budget[0], budget[which % len(budget)], amount, county, other)
        elif one is not None:
            attempt(lambda one=one, step=step: ACTIONS_OF[step](one, county, finance))
    agrees(project)
    settle(project, used, returned, county, finance)


ACTIONS_OF = {
    "cancel": lambda one, county, finance: disbursements.cancel(one, by=county, reason="不拨"),
    "request": lambda one, county, finance: disbursements.request(one, by=county),
    "return": lambda one, county, finance: disbursements.send_back(one, by=finance, reason="再看"),
    "approve": lambda one, county, finance: disbursements.approve(one, by=finance),
    "pay": lambda one, county, finance: disbursements.pay(
        one, by=finance, voucher_number="记1", paid_on=timezone.localdate()
    ),
}


def move(project, line_from, line_to, amount, county, other) -> None:
    def act() -> None:
        asked = plan_changes.ask(project, by=county, because="涨价", line_from=line_from, line_to=line_to, moved=amount)
        plan_changes.approve(asked, by=other)

    attempt(act)


def settle(project, used, returned, county, finance) -> None:
    """Terminated, which needs no reports: with what was used of each line, as far as money was paid."""
    for one in project.disbursements.filter(status="approved"):
        disbursements.send_back(one, by=finance, reason="终止")
    left, spent = project.paid_amount, {}
    for line, amount in zip(project.lines.order_by("pk"), used, strict=False):
        spent[line.pk] = min(amount, left)
        left -= spent[line.pk]
    attempt(lambda: projects.terminate(project, dict.fromkeys(spent, Decimal(10**6)), by=county, reason="停"))
    agrees(project)
    projects.terminate(project, spent, by=county, reason="团队解散")
    agrees(project)
    for amount in returned:
        attempt(
            lambda amount=amount: projects.record_return(
                project, by=finance, amount=amount, returned_on=timezone.localdate(), voucher_number="退"
            )
        )
        agrees(project)
