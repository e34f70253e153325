"""What people upload, known by its content and never by its name; what could do harm is refused, pictures are drawn anew."""

import warnings
import zipfile
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from xiangshan.core import limits
from xiangshan.core.perceptual_hash import perceptual_hash_of

MEGABYTE = 1024 * 1024
FILE_AT_MOST = limits.FILE_MEGABYTES * MEGABYTE
UNPACKED_AT_MOST = 200 * MEGABYTE
MEMBERS_AT_MOST = 2_000
PIXELS_AT_MOST = 60_000_000
LONGEST_SIDE, THUMBNAIL_SIDE = 2560, 360
PICTURES = ("JPEG", "PNG", "WEBP", "MPO")
# The part that makes a package what it is (ECMA-376): its file name's ending, and the type it is sent as.
OFFICE = {
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
ALLOWED = "可以上传照片（JPEG、PNG、WebP）、PDF 和 Word、Excel、PowerPoint（docx、xlsx、pptx）"


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: its bytes as they are stored, and a small picture of it where it is one."""

    content: "ContentFile[bytes]"
    ending: str
    content_type: str
    thumbnail: "ContentFile[bytes] | None" = None
    perceptual_hash: str = ""
    taken_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        return self.thumbnail is not None


def examine(file: Any) -> Upload:
    """Raises ValidationError, in words for who brought it, for a file that is too large or none of the allowed kinds."""
    if file.size > FILE_AT_MOST:
        raise ValidationError(f"“{file.name}”超过 {FILE_AT_MOST // MEGABYTE} MB，请压缩或拆分后再上传")
    if file.size == 0:
        raise ValidationError(f"“{file.name}”是空文件")
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return Upload(ContentFile(file.read()), "pdf", "application/pdf")
    if head.startswith(b"PK\x03\x04"):
        ending, content_type = check_office(file)
        return Upload(ContentFile(file.read()), ending, content_type)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(f"“{file.name}”是旧版 Office 文件，请另存为 docx、xlsx、pptx 或 PDF 再上传")
    return _picture(file)


def check_office(file: IO[bytes]) -> tuple[str, str]:
    """(ending, content type) of an Office package. Raises ValidationError for anything else, for macros, and for what unpacks to too much."""
    names = check_package(file)
    result = next((kind for part, kind in OFFICE.items() if part in names), None)
    if result is None:
        raise ValidationError(f"压缩包不能上传。{ALLOWED}")
    return result


def check_package(file: IO[bytes]) -> set[str]:
    """The names of the parts of a zip. Raises ValidationError for macros, for what unpacks to too much, and for what is broken."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if len(members) > MEMBERS_AT_MOST:
                raise ValidationError("文件内部的部件过多，已拒绝")
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
                raise ValidationError("文件带有宏或程序，已拒绝。请另存为不含宏的格式")
            _unpack(archive, members)
            return names
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ValidationError("文件打不开，可能已损坏或加密") from error
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
                    raise ValidationError("文件解压后过大，已拒绝")


def _picture(file: Any) -> Upload:
    """Drawn anew from its pixels: place, camera and anything hidden in the file stay behind."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is asked below
            picture = Image.open(file)
        with picture:
            if picture.format not in PICTURES:
                raise ValidationError(f"“{file.name}”的类型不能上传。{ALLOWED}")
            if picture.width * picture.height > PIXELS_AT_MOST:
                raise ValidationError(f"“{file.name}”的尺寸过大（{picture.width}×{picture.height}），已拒绝")
            taken_at = _taken_at(picture)
            upright = _on_white(ImageOps.exif_transpose(picture))
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise ValidationError(f"“{file.name}”的尺寸过大，已拒绝") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError(f"“{file.name}”的类型不能上传。{ALLOWED}") from error
    return Upload(
        _jpeg(upright, LONGEST_SIDE),
        "jpg",
        "image/jpeg",
        _jpeg(upright, THUMBNAIL_SIDE),
        perceptual_hash_of(upright),
        taken_at,
    )


def _taken_at(picture: Image.Image) -> datetime | None:
    """When the camera says it was taken (Exif DateTimeOriginal, local time); nothing where it does not say, or says nonsense."""
    taken_at = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal, "")
    try:
        return datetime.strptime(str(taken_at), "%Y:%m:%d %H:%M:%S").replace(tzinfo=timezone.get_default_timezone())
    except ValueError:
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "P"):
        layers = picture.convert("RGBA")
        white = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(white, layers).convert("RGB")
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, side: int) -> "ContentFile[bytes]":
    small = picture.copy()
    small.thumbnail((side, side))
    file = BytesIO()
    small.save(file, "JPEG", quality=86, optimize=True)
    return ContentFile(file.getvalue())
