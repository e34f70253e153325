"""Reading a workbook somebody sent: what is no plain small .xlsx is refused before anything looks into it."""

import zipfile
from typing import IO, Any

from django.core.exceptions import ValidationError
from python_calamine import CalamineError, CalamineWorkbook

MEGABYTE = 1024 * 1024
FILE_AT_MOST = 20 * MEGABYTE
UNPACKED_AT_MOST = 200 * MEGABYTE
MEMBERS_AT_MOST = 1_000
ROWS_AT_MOST = 50_000
COLUMNS_AT_MOST = 100


def check_workbook(file: IO[bytes], size: int) -> None:
    """Raises ValidationError for a file that is too large, no .xlsx, unpacks to too much, or carries macros."""
    if size > FILE_AT_MOST:
        raise ValidationError(f"文件超过 {FILE_AT_MOST // MEGABYTE} MB,请拆分后再导入")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names or len(members) > MEMBERS_AT_MOST:
                raise ValidationError("这不是 Excel 工作簿(.xlsx)。旧版 .xls 请先另存为 .xlsx")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise ValidationError("文件带有宏,不能导入。请另存为不含宏的 .xlsx")
            _unpack(archive, members)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ValidationError("文件打不开,可能已损坏、加密或不是 .xlsx") from error
    finally:
        file.seek(0)


def _unpack(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Counts what really comes out: the sizes an archive declares may lie."""
    left = UNPACKED_AT_MOST
    for member in members:
        with archive.open(member) as content:
            while block := content.read(MEGABYTE):
                left -= len(block)
                if left < 0:
                    raise ValidationError("文件解压后过大,已拒绝")


def read_rows(file: IO[bytes]) -> list[list[Any]]:
    """The first sheet as rows of values; empty rows at the end left out. Raises ValidationError."""
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > ROWS_AT_MOST + 1:
            raise ValidationError(f"超过 {ROWS_AT_MOST:,} 行,请拆分后再导入")
        if sheet.total_width > COLUMNS_AT_MOST:
            raise ValidationError(f"超过 {COLUMNS_AT_MOST} 列,请只保留模板中的列")
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError) as error:
        raise ValidationError("文件打不开,可能已损坏、加密或不是 .xlsx") from error
    while rows and all(value == "" for value in rows[-1]):
        rows.pop()
    return rows
