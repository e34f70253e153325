"""Social organizations, what belongs to them, and their support."""

from datetime import date
from typing import Any

import factory

from orgs.models import BranchCoverage, Employer, SocialOrganization, StageSpan, StrengthReport, UnionBranch, Venue
from projects.models import SupportProject
from tests.factories.base import RecordFactory
from tests.factories.people import DANDONG
from xiangshan.core.pinyin import initials


class OrganizationFactory(RecordFactory):
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


class BranchFactory(RecordFactory):
    class Meta:
        model = UnionBranch

    name = factory.Sequence(lambda n: f"第{n}联合工会")
    mode = "joint"
    area_id = DANDONG
    established_on = date(2018, 5, 1)


class CoverageFactory(RecordFactory):
    class Meta:
        model = BranchCoverage

    branch = factory.SubFactory(BranchFactory)
    organization = factory.SubFactory(OrganizationFactory)
    starts_on = date(2019, 3, 1)


class StrengthFactory(RecordFactory):
    class Meta:
        model = StrengthReport

    organization = factory.SubFactory(OrganizationFactory)
    as_of = date(2020, 6, 30)
    formal_members = 20


class EmployerFactory(RecordFactory):
    class Meta:
        model = Employer

    name = factory.Sequence(lambda n: f"第{n}针织厂")
    area_id = DANDONG


class VenueFactory(RecordFactory):
    class Meta:
        model = Venue

    name = factory.Sequence(lambda n: f"第{n}职工之家")
    area_id = DANDONG


class ProjectFactory(RecordFactory):
    class Meta:
        model = SupportProject

    organization = factory.SubFactory(OrganizationFactory)
    title = factory.Sequence(lambda n: f"第{n}扶持项目")
    year = 2020
    status = "running"
    starts_on = date(2020, 1, 1)
    ends_on = date(2020, 12, 31)
    decided_on = date(2020, 1, 1)
