"""Reports as tests of checks and findings need them."""

import random
from datetime import date, datetime
from io import BytesIO

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw

from services.actions import checks
from services.models import Finding
from tests import factories

DAY = date(2026, 6, 3)
EVENING = datetime(2026, 6, 3, 20, 0, tzinfo=timezone.get_default_timezone())


def reported(organization, **values):
    values.setdefault("held_on", DAY)
    return factories.SessionFactory(
        organization=organization, reported=True, submitted_at=values.pop("submitted_at", EVENING), **values
    )


def scene(seed, size=(960, 720)):
    """A photo like no other."""
    chance = random.Random(seed)
    image = Image.new("RGB", (960, 720), tuple(chance.randint(60, 220) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(30):
        left, top = chance.randint(0, 850), chance.randint(0, 620)
        box = (left, top, left + chance.randint(30, 400), top + chance.randint(30, 300))
        colour = tuple(chance.randint(0, 255) for _ in range(3))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour)
    return image.resize(size)


def photo(image, quality=90):
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return ContentFile(file.getvalue(), "现场.jpg")


def found(*sessions):
    checks.check([session.pk for session in sessions])
    return {(one.check_code, one.severity) for one in Finding.objects.filter(session__in=sessions, status="open")}
