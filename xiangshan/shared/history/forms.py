from typing import Any

from django import forms

from xiangshan.core.record_types import RECORD_TYPES
from xiangshan.shared.forms import FilterForm, choices


class HistoryFilterForm(FilterForm):
    q = forms.CharField(label="操作人或记录", required=False)
    kind = forms.ChoiceField(label="种类", required=False)
    verb = forms.CharField(label="操作", required=False)
    first = forms.DateField(label="自", required=False)
    last = forms.DateField(label="至", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices((subject.kind, subject.title) for subject in RECORD_TYPES.values())
