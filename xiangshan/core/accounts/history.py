"""What somebody changes of their own way in, by allauth's pages: written into the account's history."""

from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import Signal

from xiangshan.core.accounts.actions import log

VERBS: tuple[tuple[Signal, str], ...] = (
    (authenticator_added, "启用动态验证码"),
    (authenticator_removed, "停用动态验证码"),
    (authenticator_reset, "重新生成恢复码"),
    (password_changed, "修改密码"),
    (password_set, "设置密码"),
)


def connect() -> None:
    for signal, verb in VERBS:

        def write(sender: Any, user: Any, verb: str = verb, **kwargs: Any) -> None:
            log(user, verb, by=user)

        signal.connect(write, weak=False, dispatch_uid=f"account history: {verb}")
