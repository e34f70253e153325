"""Files and comments on any business record. Lock, require, change, afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import record_type_of
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.core.uploads import examine
from xiangshan.shared.attachments import rules
from xiangshan.shared.attachments.models import Attachment, PictureBand

FILES_AT_MOST = 20


def attach_one(record: Any, file: Any, *, by: User) -> Attachment:
    """One file that answers something asked for; one already in the dossier answers it too. Raises ValidationError."""
    if made := attach(record, [file], by=by):
        return made[0]
    known = Attachment.objects.of(record).filter(name__startswith=str(file.name).rsplit(".", 1)[0]).first()
    if known is None:
        raise ValidationError("这个文件已经在附件里，请换一个文件")
    return known


def attach(
    record: Any, files: Iterable[Any], *, by: User, key: UUID | None = None, taken: Sequence[str] = ()
) -> list[Attachment]:
    """上传附件: all of them or none. The same file a second time is not kept twice. Raises ValidationError.

    `taken` says, file by file in ISO 8601, when a picture was taken, where it does not say so itself. One file alone may come with
    the `key` its phone gave it.
    """
    require(rules.can_attach(by, record))
    files = list(files)
    if len(files) > FILES_AT_MOST:
        raise ValidationError(f"一次最多上传 {FILES_AT_MOST} 个文件")
    examined, refused = [], []
    for file in files:
        try:
            examined.append((file.name, examine(file)))
        except ValidationError as error:
            refused += error.messages
    if refused:
        raise ValidationError(refused)
    with transaction.atomic():
        record = lock(record)
        require(rules.can_attach(by, record))
        known = set(Attachment.objects.of(record).values_list("digest", flat=True))
        pictures = sum(upload.is_picture for _, upload in examined)
        at_most = record_type_of(record).pictures_at_most
        if pictures and at_most is not None:
            there = Attachment.objects.of(record).exclude(thumbnail="").count()
            if there + pictures > at_most:
                raise ValidationError(f"最多 {at_most} 张照片，已有 {there} 张，这次 {pictures} 张")
        made = []
        for (name, upload), moment in zip_longest(examined, map(_moment, taken[: len(examined)])):
            digest = sha256(upload.content.read()).hexdigest()
            upload.content.seek(0)
            if digest in known:
                continue
            known.add(digest)
            attachment = Attachment(
                content_type=ContentType.objects.get_for_model(record),
                object_id=record.pk,
                name=f"材料.{upload.ending}" if record_type_of(record).is_confidential else _named(name, upload.ending),
                media_type=upload.content_type,
                size=upload.content.size,
                digest=digest,
                uploaded_by=by,
                perceptual_hash=upload.perceptual_hash,
                taken_at=upload.taken_at or moment,
            )
            if key is not None:
                attachment.key = key
            attachment.file.save(f"file.{upload.ending}", upload.content, save=False)
            if upload.thumbnail is not None:
                attachment.thumbnail.save("small.jpg", upload.thumbnail, save=False)
            made.append(create(attachment, by=by, verb="上传附件"))
            PictureBand.objects.bulk_create(
                PictureBand(attachment=attachment, place=place, value=value) for place, value in attachment.band_values
            )
    return made


def _moment(stated: str) -> datetime | None:
    """What a phone's clock says, unless it is wrong."""
    try:
        moment = parse_datetime(stated)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) and moment <= timezone.now() else None


def _named(name: str, ending: str) -> str:
    """The name it came with, ending in what it is."""
    stem = name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    stem = "".join(letter for letter in stem if letter.isprintable()).strip() or "附件"
    return f"{stem[:120]}.{ending}"


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User, reason: str = "") -> Attachment:
    """移除附件: out of sight; the file and its history stay."""
    attachment = lock(attachment)
    require(rules.can_remove(by, attachment, attachment.record))
    return change(attachment, by=by, verb="移除附件", reason=reason, removed_at=timezone.now())


@transaction.atomic
def purge_files(record: Any) -> int:
    """清除附件: the files of a record whose time is over are gone for good, once the transaction stands. Returns how many."""
    gone = list(Attachment.objects.filter(content_type=ContentType.objects.get_for_model(record), object_id=record.pk))
    for attachment in gone:
        for file in (attachment.file, attachment.thumbnail):
            if file.name:
                transaction.on_commit(partial(file.storage.delete, file.name))
    Attachment.objects.filter(pk__in=[item.pk for item in gone]).update(removed_at=timezone.now())
    return len(gone)
