"""Who works with the portal, and the areas they work over. People are named by their role."""

from datetime import date
from typing import Any

import factory
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

from tests.factories.base import RecordFactory
from xiangshan.core.accounts.models import Post, User
from xiangshan.core.areas.models import Area

COUNTY = 330225_000_000
DANDONG = 330225_001_000
TASHAN = 330225_001_007
SHIPU = 330225_101_000
ELSEWHERE = 330226_000_000
PASSWORD = "lighthouse-2020"  # noqa: S105


class QuickHasher(PBKDF2PasswordHasher):
    """People are made by the hundred; what one round made, a live portal verifies like any other."""

    iterations = 1


class UserFactory(RecordFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.Sequence(lambda n: f"测试员{n}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class PostFactory(RecordFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    scope_id = COUNTY
    starts_on = date(2018, 1, 1)


def somebody(role: str, scope_id: int = COUNTY, **values: Any) -> User:
    """A user who holds one post."""
    return PostFactory(role=role, scope_id=scope_id, user=UserFactory(**values)).user


def elsewhere() -> Area:
    """Another county, with a town: whatever lies there is foreign to everybody here."""
    county, _ = Area.objects.get_or_create(id=ELSEWHERE, defaults={"code": "330226", "name": "外县", "level": 3})
    town, _ = Area.objects.get_or_create(
        id=ELSEWHERE + 1000, defaults={"code": "330226001", "name": "外县镇", "level": 4, "parent": county}
    )
    return town
