"""What the filters of this app share."""

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q

from orgs.models import SocialOrganization
from services.models import ActivitySession
from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import FilterForm


class OfOrganizationForm(FilterForm):
    """A list that a link may narrow to one organization, of those its reader sees."""

    organization = forms.ModelChoiceField(SocialOrganization.objects.all(), label="社会组织", required=False)
    kept: tuple[str, ...] = ("organization",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if "organization" in self.fields:
            # Of a town's sessions some were held by who came from elsewhere: its list can be narrowed to them too.
            came = ActivitySession.objects.visible_to(user).filter(organization=OuterRef("pk"))
            own = SocialOrganization.objects.visible_to(user).values("pk")
            self.fields["organization"].queryset = SocialOrganization.objects.filter(Q(pk__in=own) | Exists(came))
