import re
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.core.accounts.invitations import invitation_for
from xiangshan.core.accounts.names import login_name
from xiangshan.portal.setup import actions, division


class Command(BaseCommand):
    help = "Opens the portal for a county: its areas, names and first administrator; asks what is not said. Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", help="六位行政区划代码，如 330226")
        parser.add_argument("--name", default="", help="工会全称，如 宁海县总工会")
        parser.add_argument("--short", default="", help="编号简称，如 宁工")
        parser.add_argument("--admin", help="第一位系统管理员的手机号")
        parser.add_argument("--admin-name", default="系统管理员", help="其姓名")
        parser.add_argument("--file", type=Path, help="自己的区划表：code,name,kind,parent_code")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["county"] or self._ask("县（市、区）的六位代码")
        phone = login_name(options["admin"] or self._ask("第一位系统管理员的手机号"))
        if not re.fullmatch(r"\d{6}", code):
            raise CommandError("代码是六位数字，如 330226")
        if not re.fullmatch(r"1\d{10}", phone):
            raise CommandError("手机号是 11 位数字")
        try:
            rows = division.rows_of_file(options["file"]) if options["file"] else division.rows_of_county(code)
            if not any(row.code == code for row in rows):
                raise CommandError(f"表里没有代码为 {code} 的县（市、区）")
            county, administrator = actions.set_up(
                rows,
                code,
                name=options["name"],
                short_name=options["short"],
                phone=phone,
                admin_name=options["admin_name"],
            )
        except division.DivisionError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        towns = sum(row.level == 4 for row in rows)
        self.stdout.write(f"{county}已开通：{towns} 个镇街，编号以“{county.short_name}”开头")
        if administrator.has_usable_password():
            self.stdout.write(f"系统管理员 {administrator}（{phone}）已有密码：{settings.PORTAL_ADDRESS}/setup/")
        else:
            self.stdout.write(
                f"请系统管理员 {administrator}（{phone}）七天内打开下面的链接设置密码，再看 /setup/ 上还要做什么："
            )
            self.stdout.write(f"{settings.PORTAL_ADDRESS}{invitation_for(administrator)}")

    def _ask(self, what: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError(f"请给出{what}（--help 列出全部选项）")
        return input(f"{what}:").strip()
