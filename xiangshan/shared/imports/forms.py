from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from xiangshan.core.uploads import FILE_AT_MOST, MEGABYTE
from xiangshan.shared.forms import PortalForm
from xiangshan.shared.imports import reading


class UploadForm(PortalForm):
    file = forms.FileField(
        label="Excel 文件（.xlsx）",
        help_text=f"不超过 {FILE_AT_MOST // MEGABYTE} MB、{reading.ROWS_AT_MOST:,} 行",
        widget=forms.FileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_AT_MOST:
            raise ValidationError(f"文件超过 {FILE_AT_MOST // MEGABYTE} MB，请拆分后再导入")
        return file
