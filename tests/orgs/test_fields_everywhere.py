"""A field of an organization is asked, imported, listed, shown, told in the profile, proposed and merged.

A new field fails here once for each place that misses it; where it does not belong, it is written down below with the reason.
"""

import re
from datetime import date

import pytest

from orgs import tables
from orgs.actions.merging import TAKEABLE
from orgs.forms import OrganizationForm, ProfileForm
from orgs.import_schemas.organizations import ORGANIZATIONS
from orgs.models import SocialOrganization
from orgs.profile import sections_of

FIELDS = {
    field.name: str(field.verbose_name)
    for field in (*SocialOrganization._meta.fields, *SocialOrganization._meta.many_to_many)
    if field.editable and field.name not in ("id", "merged_into")
}
STAGED = {"stage"}  # changed by an action of its own, with a day
# Its leader cannot ask to change what the union decides.
DECIDED = {"legal_form", "origin", "area", "fields_of_work"}
HEADING = {"name"}  # stands above the facts
SEVERAL = {"fields_of_work"}  # several values: lists and merging keep those of the organization


@pytest.fixture
def profile_text(organization, county_staff):
    organization.introduction, organization.licence_expires_on = "一支队伍", date(2030, 1, 1)
    organization.save()
    sections = sections_of(organization, county_staff)
    return {label for section in sections for label, _ in section.facts} | {section.heading for section in sections}


@pytest.fixture
def page(client, organization, county_staff):
    organization.introduction = "一支队伍"
    organization.save()
    client.force_login(county_staff)
    return client.get(f"/orgs/{organization.pk}/").content.decode()


def test_the_form_asks_it():
    assert FIELDS.keys() - OrganizationForm.base_fields.keys() == STAGED


def test_a_spreadsheet_brings_it():
    assert FIELDS.keys() - {column.name for column in ORGANIZATIONS.columns} == SEVERAL


def test_the_list_and_its_export_have_it():
    assert FIELDS.keys() - {column.name for column in tables.ORGANIZATIONS.columns} == SEVERAL


def test_its_page_shows_it(page):
    labels = set(re.findall("<dt>([^<]*)</dt>", page))
    missing = {name for name, label in FIELDS.items() if label not in labels}
    assert missing == HEADING | STAGED | {"introduction"}  # as heading, badge and text of its own
    assert "一支队伍" in page


def test_its_profile_shows_it(profile_text):
    assert {name for name, label in FIELDS.items() if label not in profile_text} == HEADING | {"short_name"}


def test_its_leader_may_ask_to_change_it():
    assert FIELDS.keys() - ProfileForm.base_fields.keys() == STAGED | DECIDED


def test_merging_may_take_it():
    assert FIELDS.keys() - set(TAKEABLE) == STAGED | SEVERAL
