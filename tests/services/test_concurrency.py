"""Several people do the same thing at the same moment, in processes and connections of their own: one effect, the others are told."""

import time

PEOPLE = 4
PREPARE = """
from datetime import date
from tests import factories
from services.models import ServiceContract
staff = [factories.somebody("county_staff") for _ in range(4)]
organization = factories.OrganizationFactory(stage="unionised")
line = factories.LineFactory(contract__organization=organization, contract__status="running")
session = factories.SessionFactory(organization=organization, reported=True, basis="bought", contract_line=line, category=line.category)
print(session.pk, organization.pk, line.category_id, *(user.pk for user in staff))
"""
TOGETHER = """
import sys, time
from django.core.exceptions import PermissionDenied
from services.actions import contracts, sessions
from services.models import ActivitySession, ServiceCategory, Department
from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import User
from datetime import date
by = User.objects.get(pk={user})
session = ActivitySession.objects.get(pk={session})
organization = SocialOrganization.objects.get(pk={organization})
time.sleep(max(0, {moment} - time.time()))
try:
    sessions.verify(session, by=by)
    print("verified")
except PermissionDenied as error:
    print("told", error)
made = contracts.draft(by=by, organization=organization, title="并发 {user}", department=Department.objects.first(),
    starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31), amount=100,
    lines=[dict(category=ServiceCategory.objects.get(pk={category}), title="讲座", quantity=2, unit_price=50)])
print("number", made.number)
"""
AFTER = """
from services.models import ActivitySession
from auditlog.models import LogEntry
session = ActivitySession.objects.get(pk={session})
verified = LogEntry.objects.get_for_object(session).filter(additional_data__verb="核实").count()
print(session.status, session.line_unit, verified)
"""


def test_one_verification_and_numbers_without_gap(shared_portal):
    session, organization, category, *users = shared_portal.run(PREPARE).split()
    moment = time.time() + 1
    ran = [
        shared_portal.begin(
            code=TOGETHER.format(
                user=user, session=session, organization=organization, category=category, moment=moment
            )
        )
        for user in users
    ]
    lines = [line for process in ran for line in process.output().splitlines()]
    assert lines.count("verified") == 1
    assert sum(line.startswith("told 该场次已核实") for line in lines) == PEOPLE - 1
    assert shared_portal.run(AFTER.format(session=session)).split() == ["verified", "1", "1"]
    numbers = sorted(int(line.rpartition("〕")[2].rstrip("号")) for line in lines if line.startswith("number"))
    assert len(numbers) == PEOPLE
    assert numbers == list(range(numbers[0], numbers[0] + PEOPLE))


PREPARE_MONEY = """
from decimal import Decimal
from tests import factories
from services.actions import payments
organization = factories.OrganizationFactory(stage="unionised")
leaders = [factories.somebody("org_leader", organization.pk) for _ in range(4)]
finance = [factories.somebody("finance") for _ in range(4)]
contract = factories.ContractFactory(organization=organization, amount=1000)
asked = factories.TermFactory(contract=contract, share=40, amount=400)
term = factories.TermFactory(contract=contract, share=60, amount=600)
payment = payments.approve(payments.request(asked, by=leaders[0]), by=finance[0])
print(payment.pk, term.pk, *(f"{one.pk}:{other.pk}" for one, other in zip(leaders, finance)))
"""
PAY_TOGETHER = """
import time
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from services.actions import payments
from services.models import Payment, PaymentTerm
from xiangshan.core.accounts.models import User
leader, finance = User.objects.get(pk={leader}), User.objects.get(pk={finance})
payment, term = Payment.objects.get(pk={payment}), PaymentTerm.objects.get(pk={term})
time.sleep(max(0, {moment} - time.time()))
try:
    payments.pay(payment, by=finance, voucher_number="记-{finance}", paid_on=timezone.localdate())
    print("paid")
except PermissionDenied as error:
    print("told", error)
try:
    print("asked", payments.request(term, by=leader).number)
except PermissionDenied as error:
    print("told", error)
"""
AFTER_MONEY = """
from services.models import Payment
ours = Payment.objects.filter(contract__payments={payment})
paid = ours.paid()
print(paid.count(), sum(one.amount for one in paid), ours.live().count(), len(set(ours.values_list("number"))))
"""


def test_one_payment_and_one_request_of_four_at_once(shared_portal):
    payment, term, *pairs = shared_portal.run(PREPARE_MONEY).split()
    moment = time.time() + 1
    ran = []
    for pair in pairs:
        leader, finance = pair.split(":")
        text = {"leader": leader, "finance": finance, "payment": payment, "term": term, "moment": moment}
        ran.append(shared_portal.begin(code=PAY_TOGETHER.format(**text)))
    lines = [line for process in ran for line in process.output().splitlines()]
    assert lines.count("paid") == 1
    assert sum(line.startswith("asked") for line in lines) == 1
    assert sum(line.startswith("told 该付款已付款") for line in lines) == PEOPLE - 1
    assert sum(line.startswith("told 这一期已经申请过") for line in lines) == PEOPLE - 1
    assert shared_portal.run(AFTER_MONEY.format(payment=payment)).split() == ["1", "400.00", "2", "2"]
