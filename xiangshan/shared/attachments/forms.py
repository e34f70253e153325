from typing import Any

from django import forms

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import SUBJECTS
from xiangshan.shared.forms import FilterForm, PortalForm, choices


class ManyFiles(forms.FileField):
    """Several files in one field, each checked as a file."""

    widget = type("ManyFilesInput", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        files = data if isinstance(data, (list, tuple)) else [data]
        return [one(file, initial) for file in files] if files else [one(None, initial)]


class AttachmentForm(PortalForm):
    files: Any = ManyFiles(label="照片或文件")


class CommentForm(PortalForm):
    text = forms.CharField(label="批注", max_length=2000, widget=forms.Textarea)
    mentioned = forms.ModelMultipleChoiceField(User.objects.none(), label="请谁来看", required=False)
    is_internal = forms.BooleanField(label="仅工会内部可见", required=False)

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentioned"].queryset = offered


class HistoryFilterForm(FilterForm):
    q = forms.CharField(label="操作人或记录", required=False)
    kind = forms.ChoiceField(label="种类", required=False)
    verb = forms.CharField(label="操作", required=False)
    first = forms.DateField(label="自", required=False)
    last = forms.DateField(label="至", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = choices((subject.kind, subject.title) for subject in SUBJECTS.values())
