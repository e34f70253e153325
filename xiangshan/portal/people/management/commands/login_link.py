from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.core.accounts import actions
from xiangshan.core.accounts.invitations import link_for
from xiangshan.core.accounts.names import user_named


class Command(BaseCommand):
    help = "Prints the link with which somebody sets a password, where nobody in the portal can make one; written into the history."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="user name or mobile number")

    def handle(self, *args: Any, login: str, **options: Any) -> None:
        user = user_named(login)
        if user is None or not user.is_active:
            raise CommandError(f"没有在用的账号 {login}")
        actions.log(user, "在服务器上生成设置密码的链接", by=None)
        self.stdout.write(f"{user}：{settings.PORTAL_ADDRESS}{link_for(user)}")
