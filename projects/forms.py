from typing import Any

from django import forms

from orgs.models import SocialOrganization
from projects.models import SupportProject
from xiangshan.accounts.models import User
from xiangshan.pages.forms import FilterForm, PortalModelForm, choices


class ProjectFilterForm(FilterForm):
    q = forms.CharField(label="项目或组织", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    status = forms.ChoiceField(label="状态", choices=choices(SupportProject.Status.choices), required=False)


class ProjectForm(PortalModelForm):
    class Meta:
        model = SupportProject
        fields = ["organization", "title", "year", "granted_amount", "starts_on", "ends_on", "goal", "status"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = (
            SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED).order_by("name")
        )
