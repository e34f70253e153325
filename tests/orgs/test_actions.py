from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from orgs.actions import organizations
from orgs.models import SocialOrganization
from tests import factories
from xiangshan.core.areas.models import Area


def test_the_stage_keeps_its_history(county_staff, organization):
    organizations.change_stage(organization, "unionised", by=county_staff, on=date(2020, 3, 1))
    spans = list(organization.stage_spans.values_list("stage", "starts_on", "ends_on"))
    assert spans == [("contacted", date(2019, 1, 1), date(2020, 3, 1)), ("unionised", date(2020, 3, 1), None)]
    with pytest.raises(ValidationError, match="不能早于当前阶段"):
        organizations.change_stage(organization, "dormant", by=county_staff, on=date(2020, 2, 1))


def test_an_organization_that_leaves_is_no_longer_covered(county_staff, organization):
    coverage = factories.CoverageFactory(organization=organization)
    organizations.change_stage(organization, "left", by=county_staff, on=date(2020, 3, 1), reason="注销")
    coverage.refresh_from_db()
    assert coverage.ends_on == date(2020, 3, 1)


def test_a_leader_changes_neither_the_profile_nor_the_stage_alone(leader, organization):
    with pytest.raises(PermissionDenied, match="申请变更"):
        organizations.edit(organization, by=leader, phone="0574-65712345")
    with pytest.raises(PermissionDenied):
        organizations.change_stage(organization, "key_support", by=leader)


def test_town_staff_add_only_in_their_town(town_staff):
    made = organizations.add(
        by=town_staff, name="丹东义工队", area=Area.objects.get(pk=factories.TASHAN), stage="contacted"
    )
    assert made.stage_spans.get().ends_on is None
    with pytest.raises(PermissionDenied, match="工作范围"):
        organizations.add(by=town_staff, name="石浦义工队", area=Area.objects.get(pk=factories.SHIPU))


def test_a_wrong_credit_code_is_refused(county_staff):
    area = Area.objects.get(pk=factories.DANDONG)
    with pytest.raises(ValidationError, match="统一社会信用代码不正确"):
        organizations.add(by=county_staff, name="某协会", area=area, credit_code="913302250000000000")
    made = organizations.add(by=county_staff, name="某协会", area=area, credit_code="91110000600037341L")
    assert made.credit_code == "91110000600037341L"


def test_a_second_report_for_a_day_corrects_the_first(leader, organization):
    organizations.report_strength(
        organization, by=leader, as_of=date(2020, 6, 30), formal_members=20, volunteers=3, union_members=10
    )
    organizations.report_strength(
        organization, by=leader, as_of=date(2020, 6, 30), formal_members=22, volunteers=3, union_members=10
    )
    assert organization.strength_reports.get().formal_members == 22


def test_coverage_on_a_day_follows_the_dates(county_staff, organization):
    factories.CoverageFactory(organization=organization, starts_on=date(2019, 3, 1), ends_on=date(2020, 3, 1))
    covered = SocialOrganization.objects.covered_on
    assert not covered(date(2019, 2, 28)).exists()
    assert covered(date(2019, 3, 1)).exists()
    assert covered(date(2020, 2, 29)).exists()
    assert not covered(date(2020, 3, 1)).exists()
