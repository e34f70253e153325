"""What the filters of this app share."""

from typing import Any

from django import forms

from orgs.models import SocialOrganization
from xiangshan.accounts.models import User
from xiangshan.pages.forms import FilterForm


class OfOrganizationForm(FilterForm):
    """A list that a link may narrow to one organization, of those its reader sees."""

    organization = forms.ModelChoiceField(SocialOrganization.objects.none(), label="社会组织", required=False)
    kept: tuple[str, ...] = ("organization",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].queryset = SocialOrganization.objects.visible_to(user)
