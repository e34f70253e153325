"""Contracts, sessions, and what workers said of them."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from services.models import (
    Acceptance,
    ActivitySession,
    Bid,
    ContractLine,
    Department,
    Finding,
    FollowUp,
    Payment,
    PaymentTerm,
    Procurement,
    RequiredDocument,
    ServiceCategory,
    ServiceContract,
    ServiceRequest,
    SignIn,
    SurveyResponse,
)
from tests.factories.base import RecordFactory
from tests.factories.orgs import OrganizationFactory
from tests.factories.people import COUNTY, DANDONG, UserFactory


def category(code: str = "handy") -> ServiceCategory:
    return ServiceCategory.objects.get(code=code)


class ContractFactory(RecordFactory):
    class Meta:
        model = ServiceContract

    number = factory.Sequence(lambda n: f"测购〔2020〕{n:03d}号")
    title = factory.Sequence(lambda n: f"第{n}服务合同")
    organization = factory.SubFactory(OrganizationFactory)
    department = factory.LazyFunction(lambda: Department.objects.order_by("pk")[0])
    signed_on = date(2020, 1, 5)
    starts_on = date(2020, 1, 1)
    ends_on = date(2020, 12, 31)
    amount = 50_000
    status = "running"


class LineFactory(RecordFactory):
    class Meta:
        model = ContractLine

    contract = factory.SubFactory(ContractFactory)
    category = factory.LazyFunction(category)
    title = "便民服务"
    quantity = 3


class TermFactory(RecordFactory):
    """All of it after signing."""

    class Meta:
        model = PaymentTerm

    contract = factory.SubFactory(ContractFactory)
    when = "signing"
    share = 100
    amount = factory.LazyAttribute(lambda term: term.contract.amount)


class DocumentFactory(RecordFactory):
    class Meta:
        model = RequiredDocument

    contract = factory.SubFactory(ContractFactory)
    title = "工作总结"


class PaymentFactory(RecordFactory):
    class Meta:
        model = Payment

    number = factory.Sequence(lambda n: f"测付〔2020〕{n:03d}号")
    contract = factory.SubFactory(ContractFactory)
    term = factory.SubFactory(TermFactory, contract=factory.SelfAttribute("..contract"))
    amount = factory.LazyAttribute(lambda payment: payment.term.amount)
    requested_by = factory.SubFactory(UserFactory)
    requested_at = factory.LazyFunction(timezone.now)


class AcceptanceFactory(RecordFactory):
    class Meta:
        model = Acceptance

    contract = factory.SubFactory(ContractFactory)
    batch = 1
    opened_by = factory.SubFactory(UserFactory)
    opened_on = date(2020, 12, 1)


class RequestFactory(RecordFactory):
    class Meta:
        model = ServiceRequest

    category = factory.LazyFunction(category)
    workplace = factory.Sequence(lambda n: f"第{n}机械厂")
    area_id = DANDONG
    contact = "王主席"
    phone = "0574-65001234"
    wished_from = date(2020, 11, 1)
    wished_until = date(2020, 11, 30)
    people = 40
    asked_on = date(2020, 10, 20)


class ProcurementFactory(RecordFactory):
    class Meta:
        model = Procurement

    number = factory.Sequence(lambda n: f"测采〔2020〕{n:03d}号")
    title = factory.Sequence(lambda n: f"第{n}次采购")
    area_id = COUNTY
    category = factory.LazyFunction(category)
    department = factory.LazyFunction(lambda: Department.objects.order_by("pk")[0])
    quantity = 64
    budget = 70_000
    method = "consultation"
    requirements = "每场一小时半"
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    created_by = factory.SubFactory(UserFactory)


class BidFactory(RecordFactory):
    class Meta:
        model = Bid

    procurement = factory.SubFactory(ProcurementFactory)
    organization = factory.SubFactory(OrganizationFactory)
    price = 64_000
    proposal = "讲师有资质"
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = factory.LazyFunction(timezone.now)


class SessionFactory(RecordFactory):
    """A planned session; `reported` and `verified` make it what the actions would have made of it."""

    class Meta:
        model = ActivitySession

    organization = factory.SubFactory(OrganizationFactory)
    category = factory.LazyFunction(category)
    title = factory.Sequence(lambda n: f"第{n}场活动")
    area_id = DANDONG
    held_on = date(2020, 11, 11)

    class Params:
        reported = factory.Trait(
            status="submitted",
            workers_served=30,
            submitted_by=factory.SubFactory(UserFactory),
            submitted_at=factory.LazyFunction(timezone.now),
            reported_on=date(2020, 11, 11),
            reported_in_time=True,
        )
        verified = factory.Trait(
            reported=True,
            status="verified",
            verified_by=factory.SubFactory(UserFactory),
            verified_at=factory.LazyFunction(timezone.now),
        )


class SignInFactory(RecordFactory):
    """A worker who scanned the changing code."""

    class Meta:
        model = SignIn

    session = factory.SubFactory(SessionFactory)
    how = "changing_code"
    digest = factory.Sequence(lambda n: f"{n:032d}")
    minute = factory.LazyFunction(timezone.now)


class ResponseFactory(RecordFactory):
    class Meta:
        model = SurveyResponse

    session = factory.SubFactory(SessionFactory)
    overall = 5
    answered_on = date(2020, 11, 11)


class FollowUpFactory(RecordFactory):
    class Meta:
        model = FollowUp

    response = factory.SubFactory(ResponseFactory, overall=1)
    session = factory.SelfAttribute("response.session")
    opened_on = date(2020, 11, 11)
    due_on = date(2020, 11, 18)


class FindingFactory(RecordFactory):
    class Meta:
        model = Finding

    session = factory.SubFactory(SessionFactory, reported=True)
    check_code = "above_capacity"
    severity = "notice"
    text = "上报 60 人次，第一职工之家容纳 50 人"
    found_on = date(2020, 11, 12)
