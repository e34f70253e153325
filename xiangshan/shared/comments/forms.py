from typing import Any

from django import forms

from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import PortalForm


class CommentForm(PortalForm):
    text = forms.CharField(label="批注", max_length=2000, widget=forms.Textarea)
    mentioned = forms.ModelMultipleChoiceField(User.objects.none(), label="请谁来看", required=False)
    is_internal = forms.BooleanField(label="仅工会内部可见", required=False)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].queryset = offered
