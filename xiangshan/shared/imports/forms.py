from collections.abc import Iterator
from typing import Any

from django import forms

from xiangshan.core.uploads import FILE_AT_MOST, MEGABYTE
from xiangshan.shared.forms import PortalForm
from xiangshan.shared.imports import reading
from xiangshan.shared.imports.layouts import Layout
from xiangshan.shared.imports.mapping import Reading, ShownColumn, shown_columns
from xiangshan.shared.imports.models import Ledger
from xiangshan.shared.imports.schemas import ImportSchema

LINES_SHOWN = 15
UNANSWERED = "?"
ASKED_AT_ONCE = 200


class UploadForm(PortalForm):
    file = forms.FileField(
        label="台账文件（xlsx、xls、ods、csv）",
        help_text=f"不超过 {FILE_AT_MOST // MEGABYTE} MB、{reading.ROWS_AT_MOST:,} 行",
        widget=forms.FileInput(attrs={"accept": ",".join(reading.ENDINGS), "class": "form-control"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        reading.check_file(file, file.size)
        return file


class ReadingForm(PortalForm):
    """How a file is read: its sheets with the line of the headings, each column's field, and what holds for every row."""

    def __init__(
        self, *args: Any, ledger: Ledger, register: ImportSchema, layouts: list[Layout], sheets: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ledger, self.register = ledger, register
        told = ledger.reading
        self.sheets = [sheet for sheet in sheets if sheet.lines]
        self.columns = shown_columns(layouts, told)
        for place, sheet in enumerate(self.sheets):
            wanted = told["sheets"][sheet.name]
            self.fields[f"take_{place}"] = forms.BooleanField(required=False, initial=wanted["take"], label=sheet.name)
            lines = [(-1, "没有列名")] + [
                (line, f"第 {line + 1} 行") for line in range(min(LINES_SHOWN, len(sheet.lines)))
            ]
            if wanted["heading"] >= LINES_SHOWN:
                lines.append((wanted["heading"], f"第 {wanted['heading'] + 1} 行"))
            self.fields[f"heading_{place}"] = forms.TypedChoiceField(
                coerce=int, choices=lines, initial=wanted["heading"], label=f"“{sheet.name}”的列名在"
            )
            self.fields[f"year_{place}"] = forms.IntegerField(
                required=False,
                min_value=1949,
                max_value=2100,
                initial=wanted["year"],
                label=f"“{sheet.name}”是哪一年的",
            )
            if sheet.hidden_lines:
                self.fields[f"hidden_{place}"] = forms.BooleanField(
                    required=False,
                    initial=wanted["hidden"],
                    label=f"“{sheet.name}”里隐藏（筛选掉）的 {len(sheet.hidden_lines)} 行也读",
                )
        options = [("", "不导入")] + [
            (column.name, f"{column.label}{'（必填）' if column.required else ''}") for column in register.columns
        ]
        for place, column in enumerate(self.columns):
            self.fields[f"field_{place}"] = forms.ChoiceField(
                required=False, choices=options, initial=column.field, label=f"“{column.heading}”是"
            )
        taken = {column.field for column in self.columns}
        for missing in register.columns:
            if missing.name not in taken and not missing.several:
                self.fields[f"constant_{missing.name}"] = self._constant(missing)

    def _constant(self, column: Any) -> forms.Field:
        initial = self.ledger.reading["constants"].get(column.name, "")
        if column.options:
            choices = [("", "不填"), *((option, option) for option in column.options)]
            return forms.ChoiceField(required=False, choices=choices, initial=initial, label=column.label)
        return forms.CharField(
            required=False, initial=initial, label=column.label, max_length=120, help_text=column.help
        )

    def sheet_rows(self) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
        for place, sheet in enumerate(self.sheets):
            hidden = self[f"hidden_{place}"] if f"hidden_{place}" in self.fields else None
            yield sheet, self[f"take_{place}"], self[f"heading_{place}"], self[f"year_{place}"], hidden

    def column_rows(self) -> Iterator[tuple[ShownColumn, Any]]:
        for place, column in enumerate(self.columns):
            yield column, self[f"field_{place}"]

    def constant_rows(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("constant_")]

    def wanted(self) -> Reading:
        data = self.cleaned_data
        sheets = {name: {**told, "take": False} for name, told in self.ledger.reading["sheets"].items()}
        for place, sheet in enumerate(self.sheets):
            before = self.ledger.reading["sheets"][sheet.name]
            is_same = data[f"heading_{place}"] == before["heading"]
            sheets[sheet.name] = {
                "first": before.get("first", before["heading"]) if is_same else data[f"heading_{place}"],
                "take": data[f"take_{place}"],
                "heading": data[f"heading_{place}"],
                "year": data[f"year_{place}"],
                "hidden": data.get(f"hidden_{place}", True),
            }
        return {
            "sheets": sheets,
            "fields": {column.heading: data[f"field_{place}"] for place, column in enumerate(self.columns)},
            "constants": {
                name.removeprefix("constant_"): value
                for name, value in data.items()
                if name.startswith("constant_") and value
            },
        }

    def reads_otherwise(self) -> bool:
        """Whether other sheets or another line of headings were chosen: then other columns are to be shown first."""
        told = self.ledger.reading["sheets"]
        wanted = self.wanted()["sheets"]
        return any(
            (told[name]["take"], told[name]["heading"]) != (one["take"], one["heading"]) for name, one in wanted.items()
        )


class AnswersForm(PortalForm):
    """What doubtful cells mean, one answer for all cells alike."""

    def __init__(self, *args: Any, questions: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A form may send a thousand fields: what is left is asked once these are answered.
        self.questions = sorted(questions, key=lambda one: (one["answer"] is not None, -one["count"]))[:ASKED_AT_ONCE]
        for place, question in enumerate(self.questions):
            self.fields[f"answer_{place}"] = forms.ChoiceField(
                required=False,
                label=question["text"],
                choices=[(UNANSWERED, "请选择"), *question["options"]],
                initial=UNANSWERED if question["answer"] is None else question["answer"],
            )

    def rows(self) -> Iterator[tuple[dict[str, Any], Any]]:
        for place, question in enumerate(self.questions):
            yield question, self[f"answer_{place}"]

    def answers(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for place, question in enumerate(self.questions):
            answer = self.cleaned_data[f"answer_{place}"]
            if answer != UNANSWERED and f"answer_{place}" in self.data:
                found.setdefault(question["column"], {})[question["key"]] = answer
        return found


class LedgerReturnForm(PortalForm):
    opinion = forms.CharField(label="退回原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
