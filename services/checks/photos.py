"""The same photo shown for two sessions: exactly the same, or the same to the eye."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from services.checks.base import REPORTED, Hit, Severity, check
from services.models import ActivitySession
from xiangshan.core.perceptual_hash import distance
from xiangshan.shared.attachments.models import Attachment

# Of 64 bits. A copy that was shrunk, sent by a chat or saved again differs in 0 to 4; two photos of a scene in 8 and more
# (measured on generated pictures, tests/services/test_checks.py).
SAME_UPTO, NEAR_UPTO = 4, 7
COMPARED = ("pk", "object_id", "digest", "perceptual_hash", "uploaded_at")


@check("photo_reused", "照片重复使用", "同一张（或几乎相同的）照片用在别的场次")
def photo_reused(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    kind = ContentType.objects.get_for_model(ActivitySession)
    by_key = {session.pk: session for session in sessions}
    standing = Attachment.objects.filter(content_type=kind, removed_at__isnull=True).exclude(thumbnail="")
    own = list(standing.filter(object_id__in=by_key).only(*COMPARED))
    if not own:
        return
    worst: dict[tuple[int, int], int] = {}
    for photo, other in _look_alikes(own, standing):
        # The later upload is asked about.
        if other.object_id != photo.object_id and (other.uploaded_at, other.pk) < (photo.uploaded_at, photo.pk):
            far = 0 if photo.digest == other.digest else distance(photo.perceptual_hash, other.perceptual_hash)
            if far <= NEAR_UPTO:
                pair = (photo.object_id, other.object_id)
                worst[pair] = min(far, worst.get(pair, far))
    others = ActivitySession.objects.filter(pk__in={earlier for _, earlier in worst}, status__in=REPORTED).in_bulk()
    for (key, earlier), far in sorted(worst.items()):
        if (other_session := others.get(earlier)) is None:
            continue
        same = "同一张照片" if far == 0 else "几乎相同的照片" if far <= SAME_UPTO else "很相像的照片"
        text = f"{same}已用于 {other_session.held_on:%Y-%m-%d} 的另一场活动"
        severity = Severity.SERIOUS if far <= SAME_UPTO else Severity.NOTICE
        yield Hit(by_key[key], severity, text, str(earlier), (earlier,))


def _look_alikes(own: list[Attachment], standing: "QuerySet[Attachment]") -> Iterable[tuple[Attachment, Attachment]]:
    """Photos that are the same, or share a byte of their perceptual hash: the only ones that can be near."""
    by_digest, by_band = defaultdict(list), defaultdict(list)
    for photo in own:
        by_digest[photo.digest].append(photo)
        for place, value in photo.band_values:
            by_band[place, value].append(photo)
    wanted = Q(digest__in=by_digest)
    for place in range(8):
        values = [value for at, value in by_band if at == place]
        if values:
            wanted |= Q(bands__place=place, bands__value__in=values)
    rows = standing.filter(wanted).distinct().only(*COMPARED)
    for other in rows.iterator(chunk_size=2000):
        near = {photo.pk: photo for photo in by_digest.get(other.digest, ())}
        for band in other.band_values:
            near |= {photo.pk: photo for photo in by_band.get(band, ())}
        for photo in near.values():
            yield photo, other
