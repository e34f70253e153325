from typing import Any

from django import forms

from xiangshan.shared.forms import PortalForm


class ManyFiles(forms.FileField):
    """Several files in one field, each checked as a file."""

    widget = type("ManyFilesInput", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        one = super().clean
        files = data if isinstance(data, (list, tuple)) else [data]
        return [one(file, initial) for file in files] if files else [one(None, initial)]


class AttachmentForm(PortalForm):
    files: Any = ManyFiles(label="照片或文件")
