"""Reading a workbook somebody sent: what is no plain small .xlsx is refused before anything looks into it."""

from typing import IO, Any

from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from xiangshan.core.uploads import FILE_AT_MOST, MEGABYTE, check_office

ROWS_AT_MOST = 50_000
COLUMNS_AT_MOST = 100


def check_workbook(file: IO[bytes], size: int) -> None:
    """Raises ValidationError for a file that is too large, no .xlsx, unpacks to too much, or carries macros."""
    if size > FILE_AT_MOST:
        raise ValidationError(f"文件超过 {FILE_AT_MOST // MEGABYTE} MB，请拆分后再导入")
    if check_office(file)[0] != "xlsx":
        raise ValidationError("这不是 Excel 工作簿（.xlsx）")


def read_rows(file: IO[bytes]) -> list[list[Any]]:
    """The first sheet as rows of values; empty rows at the end left out. Raises ValidationError."""
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > ROWS_AT_MOST + 1:
            raise ValidationError(f"超过 {ROWS_AT_MOST:,} 行，请拆分后再导入")
        if sheet.total_width > COLUMNS_AT_MOST:
            raise ValidationError(f"超过 {COLUMNS_AT_MOST} 列，请只保留模板中的列")
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise ValidationError("文件打不开，可能已损坏、加密或不是 .xlsx") from error
    while rows and all(value == "" for value in rows[-1]):
        rows.pop()
    return rows
