"""What is still open on a county's first day: each item found out, not ticked, wherever the portal can find out itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from orgs.maps import TownMap, plain
from xiangshan.core.accounts.mfa import has_code
from xiangshan.core.accounts.models import Post, Role, SecondFactor, User
from xiangshan.core.areas.counties import County
from xiangshan.core.areas.models import Area
from xiangshan.core.areas.outlines import CountyOutlines
from xiangshan.metrics.models import RollupState
from xiangshan.portal.backups import actions as backups
from xiangshan.shared.notifications.models import Message

FRESH_BACKUP = timedelta(hours=36)
WORKS = timedelta(minutes=2)


@dataclass(frozen=True)
class SetupItem:
    """One thing to do: what, whether it is done, what is known of it, and the button that does or tests it."""

    code: str
    title: str
    is_done: bool
    text: str
    page: str = ""  # an address to go to
    button: str = ""
    posts_to: str = ""  # an action to carry out


def items_of(request: HttpRequest, user: User, county: County) -> list[SetupItem]:
    return [
        _addresses(request),
        _https(request),
        _towns(county),
        _names(county),
        _limits(county),
        _confirmed(county, "departments", "责任部门与服务类别", "看过并按本县的增减", "lookups", "查看部门与类别"),
        _staff(county),
        _factor(user),
        _mail(user),
        _worker(),
        _backup(),
        _keys(county),
    ]


def _addresses(request: HttpRequest) -> SetupItem:
    said, seen = urlsplit(settings.PORTAL_ADDRESS).netloc, request.get_host()
    text = f"链接指向 {settings.PORTAL_ADDRESS}"
    if said != seen:
        text += f"，而您现在用的是 {seen}：请把设置里的 PORTAL_ADDRESS 改成大家用的地址"
    return SetupItem("addresses", "地址", said == seen, text)


def _https(request: HttpRequest) -> SetupItem:
    is_done = request.is_secure() and settings.HTTPS and not settings.DEBUG
    text = "经 https 打开，登录信息加密传送" if is_done else "请按部署手册配置证书，并设 HTTPS=true、DEBUG=false"
    return SetupItem("https", "加密传输（https）", is_done, text)


def _towns(county: County) -> SetupItem:
    towns = Area.objects.around([county.pk]).towns().count()
    communities = Area.objects.around([county.pk]).filter(level=Area.Level.COMMUNITY).count()
    return SetupItem(
        "towns",
        "镇街和社区",
        bool(towns),
        f"{towns} 个镇街、{communities} 个社区村；代码有变时运行 deploy/manage areas",
    )


def _names(county: County) -> SetupItem:
    text = (
        f"{county.name}，编号以“{county.short_name}”开头，如 {county.number('contract', timezone.localdate().year, 1)}"
    )
    is_done = county.checked.get("county") is not None
    return SetupItem("county", "名称与编号", is_done, text, "county", "核对并确认")


def _limits(county: County) -> SetupItem:
    text = f"直接委托不超过 {county.direct_up_to:,.0f} 元，{county.tender_from:,.0f} 元起公开招标"
    return SetupItem("limits", "采购限额", county.checked.get("county") is not None, text, "county", "核对并确认")


def _confirmed(county: County, code: str, title: str, text: str, page: str, button: str) -> SetupItem:
    who = county.checked.get(code)
    return SetupItem(code, title, who is not None, f"{who[0]} {who[1]} 确认" if who else text, page, button, code)


def _staff(county: County) -> SetupItem:
    posts: Any = Post.objects.lying_in([county.pk]).held_on(timezone.localdate())
    staff = posts.exclude(role=Role.ADMINISTRATOR).values("user").distinct().count()
    text = f"已有 {staff} 人任职" if staff else "还没有工作人员：先开通领导和县总工会工作人员，再开通镇街、财务、调解员"
    return SetupItem("staff", "第一批工作人员", staff >= 2, text, "people", "开通账号")


def _factor(user: User) -> SetupItem:
    asked = set(SecondFactor.objects.values_list("role", flat=True))
    is_done = has_code(user) and Role.ADMINISTRATOR in asked
    text = "您已启用动态验证码" if has_code(user) else "您还没有启用动态验证码"
    text += "；系统管理员必须使用" if Role.ADMINISTRATOR in asked else "；还没有要求系统管理员必须使用"
    return SetupItem("factor", "动态验证码", is_done, text, "mfa", "启用动态验证码")


def _mail(user: User) -> SetupItem:
    last = Message.objects.filter(user=user, key__startswith="test-").order_by("-pk").first()
    is_real = "console" not in settings.EMAIL_BACKEND
    if not is_real:
        text = "还没有配置邮件服务器（EMAIL_URL）：信件只写在日志里"
    elif last is None:
        text = "寄一封给自己，看能不能收到"
    else:
        text = f"{last.created_at:%m-%d %H:%M} 的测试邮件：{last.get_status_display()}{f'({last.answer})' if last.answer else ''}"
    is_done = is_real and last is not None and last.status == Message.Status.SENT
    return SetupItem("mail", "邮件", is_done, text, "", "寄测试邮件", "mail")


def _worker() -> SetupItem:
    state = RollupState.objects.filter(pk=1).first()
    at = state.refreshed_at if state else None
    is_done = at is not None and timezone.now() - at < WORKS
    return SetupItem(
        "worker", "后台作业", is_done, "正在运行" if is_done else "后台作业没有运行：指标不会刷新，信件不会寄出"
    )


def _backup() -> SetupItem:
    last = backups.last_good()
    is_done = last is not None and timezone.now() - last.ended_at < FRESH_BACKUP
    if last is None:
        text = "还没有完整的备份：请设 BACKUP_DIR（最好在另一块磁盘上），或运行 deploy/manage backup"
    else:
        text = f"{timezone.localtime(last.ended_at):%Y-%m-%d %H:%M} 备份到 {last.place}，已读回核对"
    return SetupItem("backup", "备份", is_done, text, "", "立即备份", "backup" if settings.BACKUP_DIR else "")


def _keys(county: County) -> SetupItem:
    marks = "、".join(mark for name, mark in backups.fingerprints().items() if name.startswith("PARTY_KEYS"))
    who = county.checked.get(f"keys {marks}")
    text = f"当事人密钥（指纹 {marks}）不在备份里。请抄存在保险柜：丢了它，当事人信息再也打不开"
    text = f"{who[0]} {who[1]} 确认已抄存（指纹 {marks}）" if who else text
    return SetupItem("keys", "密钥抄存", who is not None, text, "", "已经抄存", f"keys {marks}")


def map_of(outlines: CountyOutlines | None) -> TownMap | None:
    """A county's map as it was imported."""
    if outlines is None:
        return None
    towns = Area.objects.filter(pk__in=[int(code) * 1000 for code in outlines.shapes])
    return plain(outlines, {str(pk // 1000): name for pk, name in towns.values_list("pk", "name")})
