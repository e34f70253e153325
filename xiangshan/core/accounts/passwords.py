"""What a new password must be, beside Django's own validators."""

from typing import Any

from django.core.exceptions import ValidationError


class AnotherPassword:
    """Not the one that is in use."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同", code="password_unchanged")

    def get_help_text(self) -> str:
        return "不能与现在的密码相同。"
