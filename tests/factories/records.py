"""What hangs on other records: photos, and closed years."""

from io import BytesIO
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from tests.factories.base import RecordFactory
from tests.factories.people import COUNTY, UserFactory
from xiangshan.metrics import freezing
from xiangshan.metrics.models import YearClosing
from xiangshan.shared.attachments.models import Attachment


def picture(width: int = 640, height: int = 480, kind: str = "JPEG", **saved: Any) -> bytes:
    """The bytes of a picture."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#b3141f").save(file, kind, **saved)
    return file.getvalue()


class AttachmentFactory(RecordFactory):
    """A photo on a record."""

    class Meta:
        model = Attachment

    name = "现场.jpg"
    media_type = "image/jpeg"
    size = 100
    digest = factory.Sequence(lambda n: f"{n:064d}")
    uploaded_by = factory.SubFactory(UserFactory)
    file = factory.LazyFunction(lambda: ContentFile(picture(), "file.jpg"))
    thumbnail = factory.LazyFunction(lambda: ContentFile(picture(90, 60), "small.jpg"))


class ClosingFactory(RecordFactory):
    class Meta:
        model = YearClosing

    class Params:
        signed = factory.Trait(
            status="signed", signed_by=factory.SubFactory(UserFactory), signed_at=factory.LazyFunction(timezone.now)
        )

    area_id = COUNTY
    year = 2020
    compiled_by = factory.SubFactory(UserFactory)
    compiled_at = factory.LazyFunction(timezone.now)
    definitions = factory.LazyFunction(freezing.definitions)
