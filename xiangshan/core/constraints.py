"""What the database refuses, in one line each: a name, what must hold, and the sentence people read where it does not."""

from django.db.models import CheckConstraint, Q, UniqueConstraint


def check(name: str, holds: Q, message: str = "") -> CheckConstraint:
    return CheckConstraint(name=name, condition=holds, violation_error_message=message or None)


def unique(name: str, *fields: str, when: Q | None = None, message: str = "") -> UniqueConstraint:
    return UniqueConstraint(name=name, fields=fields, condition=when, violation_error_message=message or None)
