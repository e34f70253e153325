"""What the filters of this app share."""

from django import forms

from orgs.models import SocialOrganization
from xiangshan.shared.forms import FilterForm


class OfOrganizationForm(FilterForm):
    """A list that a link may narrow to one organization, of those its reader sees."""

    organization = forms.ModelChoiceField(SocialOrganization.objects.all(), label="社会组织", required=False)
    kept: tuple[str, ...] = ("organization",)
