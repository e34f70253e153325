from django import forms
from django.core.validators import FileExtensionValidator

from xiangshan.core.areas.counties import County
from xiangshan.core.areas.outlines import LARGEST, CountyOutlines
from xiangshan.shared.forms import PortalForm, PortalModelForm


class CountyForm(PortalModelForm):
    class Meta:
        model = County
        fields = [
            "name",
            "short_name",
            "telephone_code",
            "help_contact",
            "direct_up_to",
            "inquiry_up_to",
            "tender_from",
            "least_reviews",
            "contract_number",
            "payment_number",
            "procurement_number",
            "project_number",
            "disbursement_number",
            "case_number",
            "reward_number",
            "tiles",
        ]


class OutlinesForm(PortalModelForm):
    file = forms.FileField(
        label="GeoJSON 文件",
        help_text="坐标为经纬度，每个镇街一个轮廓，属性里写 9 位代码或镇街名",
        validators=[FileExtensionValidator(["geojson", "json"], "请选 .geojson 或 .json 文件")],
    )

    class Meta:
        model = CountyOutlines
        fields = ["review_number"]

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("文件超过 20 MB：请先用制图软件简化")
        content: bytes = file.read()
        return content


class EntryForm(PortalForm):
    name = forms.CharField(label="名称", max_length=20)
