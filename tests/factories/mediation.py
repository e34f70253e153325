"""Studios, their cases, and call-outs."""

from datetime import date, datetime

import factory
from django.utils import timezone

from mediation.models import Dispute, HelpRequest, MediationCase, Mediator, Reception, Studio
from services.models import CallOut
from tests.factories.base import RecordFactory
from tests.factories.people import DANDONG, UserFactory
from tests.factories.services import SessionFactory


class CallOutFactory(RecordFactory):
    """A team that is out."""

    class Meta:
        model = CallOut

    session = factory.SubFactory(SessionFactory, status="held")
    started_at = datetime(2020, 11, 11, 9, 0, tzinfo=timezone.get_default_timezone())
    started_by = factory.SubFactory(UserFactory)


class StudioFactory(RecordFactory):
    class Meta:
        model = Studio

    name = factory.Sequence(lambda n: f"第{n}工作室")
    case_prefix = factory.Sequence(lambda n: f"测{n}")
    area_id = DANDONG
    opened_on = date(2018, 1, 1)


class MediatorFactory(RecordFactory):
    class Meta:
        model = Mediator

    studio = factory.SubFactory(StudioFactory)
    name = factory.Sequence(lambda n: f"调解员{n}")
    starts_on = date(2018, 1, 1)


class DisputeFactory(RecordFactory):
    class Meta:
        model = Dispute


class CaseFactory(RecordFactory):
    class Meta:
        model = MediationCase

    dispute = factory.SubFactory(DisputeFactory)

    number = factory.Sequence(lambda n: f"测调〔2020〕{n:03d}号")
    studio = factory.SubFactory(StudioFactory)
    area = factory.SelfAttribute("studio.area")
    subject = factory.Sequence(lambda n: f"第{n}起拖欠工资")
    received_at = datetime(2020, 6, 1, 9, 0, tzinfo=timezone.get_default_timezone())
    received_on = date(2020, 6, 1)


class HelpFactory(RecordFactory):
    """Somebody who asked for help and waits."""

    class Meta:
        model = HelpRequest

    studio = factory.SubFactory(StudioFactory)
    area = factory.SelfAttribute("studio.area")
    name = "柏安平"
    phone = "057400000001"
    text = "三个月没有发工资"


class ReceptionFactory(RecordFactory):
    class Meta:
        model = Reception

    studio = factory.SubFactory(StudioFactory)
    received_on = date(2020, 6, 2)
    subject = factory.Sequence(lambda n: f"第{n}次政策咨询")
