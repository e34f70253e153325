"""The smallest valid record of each kind. People are named by their role."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image

from mediation.models import Dispute, HelpRequest, MediationCase, Mediator, Reception, Studio
from orgs.models import BranchCoverage, Employer, SocialOrganization, StageSpan, StrengthReport, UnionBranch, Venue
from projects.models import SupportProject
from services.models import (
    Acceptance,
    ActivitySession,
    Bid,
    CallOut,
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
from xiangshan.accounts.models import Post, User
from xiangshan.areas.models import Area
from xiangshan.dossier.models import Attachment
from xiangshan.metrics import freezing
from xiangshan.metrics.models import YearClosing
from xiangshan.pinyin import initials

COUNTY = 330225_000_000
DANDONG = 330225_001_000
TASHAN = 330225_001_007
SHIPU = 330225_101_000
ELSEWHERE = 330226_000_000
PASSWORD = "lighthouse-2020"  # noqa: S105


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"测试员{n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    scope_id = COUNTY
    starts_on = date(2018, 1, 1)


def somebody(role: str, scope_id: int = COUNTY, **values: Any) -> User:
    """A user who holds one post."""
    return PostFactory(role=role, scope_id=scope_id, user=UserFactory(**values)).user


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = SocialOrganization
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"第{n}志愿队")
    initials = factory.LazyAttribute(lambda organization: initials(organization.name))
    area_id = DANDONG
    stage = "contacted"

    @factory.post_generation
    def linked_on(self, create: bool, extracted: date | None, **kwargs: Any) -> None:
        if create and not self.stage_spans.exists():
            StageSpan.objects.create(organization=self, stage=self.stage, starts_on=extracted or date(2019, 1, 1))


class BranchFactory(DjangoModelFactory):
    class Meta:
        model = UnionBranch

    name = factory.Sequence(lambda n: f"第{n}联合工会")
    mode = "joint"
    area_id = DANDONG
    established_on = date(2018, 5, 1)


class CoverageFactory(DjangoModelFactory):
    class Meta:
        model = BranchCoverage

    branch = factory.SubFactory(BranchFactory)
    organization = factory.SubFactory(OrganizationFactory)
    starts_on = date(2019, 3, 1)


class StrengthFactory(DjangoModelFactory):
    class Meta:
        model = StrengthReport

    organization = factory.SubFactory(OrganizationFactory)
    as_of = date(2020, 6, 30)
    formal_members = 20


class EmployerFactory(DjangoModelFactory):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"第{n}针织厂")
    area_id = DANDONG


class VenueFactory(DjangoModelFactory):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"第{n}职工之家")
    area_id = DANDONG


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = SupportProject

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"第{n}扶持项目")
    year = 2020
    status = "running"
    starts_on = date(2020, 1, 1)
    ends_on = date(2020, 12, 31)
    decided_on = date(2020, 1, 1)


def category(code: str = "handy") -> ServiceCategory:
    return ServiceCategory.objects.get(code=code)


class ContractFactory(DjangoModelFactory):
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


class LineFactory(DjangoModelFactory):
    class Meta:
        model = ContractLine

    contract = factory.SubFactory(ContractFactory)
    category = factory.LazyFunction(category)
    title = "便民服务"
    quantity = 3


class TermFactory(DjangoModelFactory):
    """All of it after signing."""

    class Meta:
        model = PaymentTerm

    contract = factory.SubFactory(ContractFactory)
    when = "signing"
    share = 100
    amount = factory.LazyAttribute(lambda term: term.contract.amount)


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = RequiredDocument

    contract = factory.SubFactory(ContractFactory)
    title = "工作总结"


class PaymentFactory(DjangoModelFactory):
    class Meta:
        model = Payment

    number = factory.Sequence(lambda n: f"测付〔2020〕{n:03d}号")
    contract = factory.SubFactory(ContractFactory)
    term = factory.SubFactory(TermFactory, contract=factory.SelfAttribute("..contract"))
    amount = factory.LazyAttribute(lambda payment: payment.term.amount)
    requested_by = factory.SubFactory(UserFactory)
    requested_at = factory.LazyFunction(timezone.now)


class AcceptanceFactory(DjangoModelFactory):
    class Meta:
        model = Acceptance

    contract = factory.SubFactory(ContractFactory)
    batch = 1
    opened_by = factory.SubFactory(UserFactory)
    opened_on = date(2020, 12, 1)


class RequestFactory(DjangoModelFactory):
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


class ProcurementFactory(DjangoModelFactory):
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


class BidFactory(DjangoModelFactory):
    class Meta:
        model = Bid

    procurement = factory.SubFactory(ProcurementFactory)
    organization = factory.SubFactory(OrganizationFactory)
    price = 64_000
    proposal = "讲师有资质"
    submitted_by = factory.SubFactory(UserFactory)
    submitted_at = factory.LazyFunction(timezone.now)


class SessionFactory(DjangoModelFactory):
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


class SignInFactory(DjangoModelFactory):
    """A worker who scanned the changing code."""

    class Meta:
        model = SignIn

    session = factory.SubFactory(SessionFactory)
    how = "changing_code"
    mark = factory.Sequence(lambda n: f"{n:032d}")
    minute = factory.LazyFunction(timezone.now)


class ResponseFactory(DjangoModelFactory):
    class Meta:
        model = SurveyResponse

    session = factory.SubFactory(SessionFactory)
    overall = 5
    answered_on = date(2020, 11, 11)


class FollowUpFactory(DjangoModelFactory):
    class Meta:
        model = FollowUp

    response = factory.SubFactory(ResponseFactory, overall=1)
    session = factory.SelfAttribute("response.session")
    opened_on = date(2020, 11, 11)
    due_on = date(2020, 11, 18)


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    session = factory.SubFactory(SessionFactory, reported=True)
    check_code = "above_capacity"
    severity = "notice"
    words = "上报 60 人次,第一职工之家容纳 50 人"
    found_on = date(2020, 11, 12)


class CallOutFactory(DjangoModelFactory):
    """A team that is out."""

    class Meta:
        model = CallOut

    session = factory.SubFactory(SessionFactory, status="held")
    started_at = datetime(2020, 11, 11, 9, 0, tzinfo=timezone.get_default_timezone())
    started_by = factory.SubFactory(UserFactory)


class StudioFactory(DjangoModelFactory):
    class Meta:
        model = Studio

    name = factory.Sequence(lambda n: f"第{n}工作室")
    mark = factory.Sequence(lambda n: f"测{n}")
    area_id = DANDONG
    opened_on = date(2018, 1, 1)


class MediatorFactory(DjangoModelFactory):
    class Meta:
        model = Mediator

    studio = factory.SubFactory(StudioFactory)
    name = factory.Sequence(lambda n: f"调解员{n}")
    starts_on = date(2018, 1, 1)


class DisputeFactory(DjangoModelFactory):
    class Meta:
        model = Dispute


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = MediationCase

    dispute = factory.SubFactory(DisputeFactory)

    number = factory.Sequence(lambda n: f"测调〔2020〕{n:03d}号")
    studio = factory.SubFactory(StudioFactory)
    area = factory.SelfAttribute("studio.area")
    subject = factory.Sequence(lambda n: f"第{n}起拖欠工资")
    received_at = datetime(2020, 6, 1, 9, 0, tzinfo=timezone.get_default_timezone())
    received_on = date(2020, 6, 1)


class HelpFactory(DjangoModelFactory):
    """Somebody who asked for help and waits."""

    class Meta:
        model = HelpRequest

    studio = factory.SubFactory(StudioFactory)
    area = factory.SelfAttribute("studio.area")
    name = "柏安平"
    phone = "057400000001"
    words = "三个月没有发工资"


class ReceptionFactory(DjangoModelFactory):
    class Meta:
        model = Reception

    studio = factory.SubFactory(StudioFactory)
    received_on = date(2020, 6, 2)
    subject = factory.Sequence(lambda n: f"第{n}次政策咨询")


def elsewhere() -> Area:
    """Another county, with a town: whatever lies there is foreign to everybody here."""
    county, _ = Area.objects.get_or_create(id=ELSEWHERE, defaults={"code": "330226", "name": "外县", "level": 3})
    town, _ = Area.objects.get_or_create(
        id=ELSEWHERE + 1000, defaults={"code": "330226001", "name": "外县镇", "level": 4, "parent": county}
    )
    return town


def picture(width: int = 640, height: int = 480, kind: str = "JPEG", **saved: Any) -> bytes:
    """The bytes of a picture."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#b3141f").save(file, kind, **saved)
    return file.getvalue()


class AttachmentFactory(DjangoModelFactory):
    """A photo on a record."""

    class Meta:
        model = Attachment

    name = "现场.jpg"
    media_type = "image/jpeg"
    size = 100
    digest = factory.Sequence(lambda n: f"{n:064d}")
    uploaded_by = factory.SubFactory(UserFactory)
    file = factory.LazyFunction(lambda: ContentFile(picture(), "file.jpg"))
    thumbnail = factory.LazyFunction(lambda: ContentFile(picture(90, 60), "small.jpg"))


class ClosingFactory(DjangoModelFactory):
    class Meta:
        model = YearClosing

    class Params:
        signed = factory.Trait(
            status="signed", signed_by=factory.SubFactory(UserFactory), signed_at=factory.LazyFunction(timezone.now)
        )

    area_id = COUNTY
    year = 2020
    compiled_by = factory.SubFactory(UserFactory)
    compiled_at = factory.LazyFunction(timezone.now)
    definitions = factory.LazyFunction(freezing.definitions)
