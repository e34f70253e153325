"""Several people reach for the same money and the same room at the same moment, in processes of their own."""

import time

from tests.live import Portal

PEOPLE = 4
PREPARE = """
from tests import factories
from tests.projects import builders
finance = [factories.somebody("finance") for _ in range(4)]
staff = [factories.somebody("county_staff") for _ in range(4)]
organization = factories.OrganizationFactory(stage="unionised")
project = builders.project(organization, granted=10_000)
asked = builders.tranche(project, 4_000, "approved")
venue = factories.VenueFactory()
print(project.pk, asked.pk, venue.pk, organization.pk, *(user.pk for user in staff + finance))
"""
TOGETHER = """
import sys, time
from datetime import datetime, timedelta
from decimal import Decimal
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from orgs.models import SocialOrganization, Venue
from projects.actions import disbursements, in_kind, projects
from projects.models import Disbursement, SupportProject
from xiangshan.core.accounts.models import User
staff, finance = User.objects.get(pk={staff}), User.objects.get(pk={finance})
project, asked = SupportProject.objects.get(pk={project}), Disbursement.objects.get(pk={asked})
venue, organization = Venue.objects.get(pk={venue}), SocialOrganization.objects.get(pk={organization})
tomorrow = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)
first = tomorrow + timedelta(minutes=30 * {number})
time.sleep(max(0, {moment} - time.time()))
def attempt(name, act):
    try:
        act()
        print(name, "done")
    except (PermissionDenied, ValidationError) as error:
        print(name, "told", error)
attempt("pay", lambda: disbursements.pay(asked, by=finance, voucher_number="{number}", paid_on=timezone.localdate()))
attempt("plan", lambda: projects.add_tranche(project, by=staff, title="期{number}", amount=Decimal("2500")))
attempt("book", lambda: in_kind.book_venue(venue, organization, by=staff, starts_at=first, ends_at=first + timedelta(hours=2), purpose="培训"))
"""
AFTER = """
from projects.models import Disbursement, SupportProject, VenueBooking, VenueSlot
project = SupportProject.objects.get(pk={project})
live = sum(one.amount for one in project.disbursements.live())
paid = sum(one.amount for one in project.disbursements.paid())
assert (live, paid) == (project.committed_amount, project.paid_amount), (live, paid)
print(int(project.committed_amount), int(project.paid_amount), VenueBooking.objects.filter(organization=project.organization).count(), VenueSlot.objects.filter(booking__organization=project.organization).count())
"""


def test_never_above_the_grant_and_never_booked_twice(shared_portal: Portal) -> None:
    """Four at once: one payment, two tranches of 2,500 beside the 4,000 of a grant of 10,000, one booking of four overlapping ones."""
    project, asked, venue, organization, *users = (int(word) for word in shared_portal.run(PREPARE).split())
    moment = time.time() + 1
    attempts = [
        shared_portal.begin(
            code=TOGETHER.format(
                staff=users[number],
                finance=users[PEOPLE + number],
                project=project,
                asked=asked,
                venue=venue,
                organization=organization,
                number=number,
                moment=moment,
            )
        )
        for number in range(PEOPLE)
    ]
    lines = [line for one in attempts for line in one.output().splitlines()]
    done = {name: sum(line == f"{name} done" for line in lines) for name in ("pay", "plan", "book")}
    assert done == {"pay": 1, "plan": 2, "book": 1}, lines
    assert len(lines) == 3 * PEOPLE  # the others were told, nobody fell over
    assert shared_portal.run(AFTER.format(project=project)).split() == ["9000", "4000", "1", "4"]
