"""开通账号、任职、卸任, and help for those who cannot get in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from xiangshan.core.accounts import actions as accounts
from xiangshan.core.accounts.invitations import link_for, reset_for
from xiangshan.core.accounts.models import PARTY_ROLES, Post, PostRequest, Role, User
from xiangshan.core.accounts.selectors import holders_within
from xiangshan.core.areas.models import county_of
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.portal.people import rules
from xiangshan.shared.notifications import delivery, tasks
from xiangshan.shared.notifications.actions import notify

Status = PostRequest.Status
CONTACT = ("username", "phone", "email")  # by which one gets in, and back in


@transaction.atomic
def invite(people: Iterable[dict[str, str]], *, by: User, role: str, scope: Any, starts_on: date) -> list[User]:
    """开通账号 for several at once, with the same post; by mail where an address is known. Raises ValidationError; then for nobody."""
    require(rules.can_keep_people(by))
    invited = []
    for row in people:
        user = accounts.user_for_phone(row["phone"], row["name"], by=by, email=row.get("email", ""))
        if user.name != row["name"]:
            raise ValidationError(f"{row['phone']} 已是{user.name}的账号，请核对手机号")
        ask_post(user, by=by, role=role, scope=scope, starts_on=starts_on)
        send_link(user)
        invited.append(user)
    return invited


@transaction.atomic
def ask_post(
    user: User, *, by: User, role: str, scope: Any, starts_on: date, ends_on: date | None = None, reason: str = ""
) -> Post | PostRequest:
    """任职; what opens parties, money or accounts waits until a second person grants it. Raises ValidationError."""
    require(rules.can_keep_people(by))
    if not (verdict := rules.can_be_posted(role, scope)):
        raise ValidationError(verdict.reason)
    county = _county(scope)
    over = by.scope(Role.ADMINISTRATOR)
    if 0 not in over and county not in over:
        raise ValidationError("只能任命本县的职务")
    if not rules.needs_second(role, county, by, user):
        return accounts.give_post(user, Role(role), scope.pk, starts_on, by=by, ends_on=ends_on)
    request = PostRequest(
        user=user, role=role, scope_id=scope.pk, starts_on=starts_on, ends_on=ends_on, reason=reason, asked_by=by
    )
    create(request, by=by, verb="申请任职")
    link = reverse("people:person_detail", args=[user.pk])
    text = f"请确认任职：{user} {request.get_role_display()}"
    notify(rules.granters(county, (by, user)), f"post-request-{request.pk}", text, link)
    return request


def _county(scope: Any) -> int:
    area: int = getattr(scope, "area_id", scope.pk)
    return county_of(area)


@transaction.atomic
def grant(request: PostRequest, *, by: User) -> PostRequest:
    """确认任职, by another than who asked. Raises PermissionDenied."""
    request = lock(request)
    require(rules.can_grant(by, request))
    accounts.give_post(
        request.user, Role(request.role), request.scope_id, request.starts_on, by=by, ends_on=request.ends_on
    )
    if request.role in PARTY_ROLES:
        _tell_supervisors(request, by)
    return _decide(request, Status.GRANTED, "确认任职", by)


def _tell_supervisors(request: PostRequest, by: User) -> None:
    """Who answers for the parties of disputes hears of everybody who may read them from now on."""
    posts = PostRequest.objects.filter(pk=request.pk)
    counties = {county for county in request.user.counties | by.counties if posts.lying_in([county]).exists()}
    text = f"{request.user}任{request.get_role_display()}（{request.scope_name}），可以查看案件当事人；{request.asked_by}提出，{by}确认"
    people = [user for user in holders_within([Role.MEDIATION_SUPERVISOR], *counties) if user != request.user]
    notify(people, f"post-granted-{request.pk}", text[:200], reverse("people:person_detail", args=[request.user_id]))


@transaction.atomic
def refuse(request: PostRequest, *, by: User, reason: str) -> PostRequest:
    request = lock(request)
    require(rules.can_grant(by, request))
    notify([request.asked_by], f"post-refused-{request.pk}", f"任职未同意：{request}：{reason}"[:200])
    return _decide(request, Status.REFUSED, "不同意任职", by, reason)


@transaction.atomic
def withdraw(request: PostRequest, *, by: User) -> PostRequest:
    request = lock(request)
    require(rules.can_withdraw_request(by, request))
    return change(request, by=by, verb="撤回任职申请", status=Status.WITHDRAWN)


def _decide(request: PostRequest, status: str, verb: str, by: User, opinion: str = "") -> PostRequest:
    return change(
        request, by=by, verb=verb, status=status, decided_by=by, decided_at=timezone.now(), opinion=opinion[:200]
    )


@transaction.atomic
def end_post(post: Post, *, by: User, on: date) -> Post:
    """卸任 from a day on; what is logged in now asks its posts anew with the next page."""
    post = lock(post)
    require(rules.can_end_post(by, post))
    return accounts.end_post(post, on, by=by)


@transaction.atomic
def edit_person(user: User, *, by: User, **values: Any) -> User:
    user = lock(user)
    require(rules.can_edit_person(by, user))
    if any(getattr(user, name) != values[name] for name in CONTACT if name in values):
        require(rules.can_change_contact(by, user))
    return change(user, by=by, verb="修改账号", **values)


@transaction.atomic
def set_active(user: User, *, by: User, is_active: bool, reason: str = "") -> User:
    """停用 or 恢复 an account: its records and history stay."""
    user = lock(user)
    require(rules.can_edit_person(by, user))
    if user == by:
        raise ValidationError("不能停用自己的账号")
    if not is_active:
        accounts.log_out_everywhere(user, by=by)
    return change(user, by=by, verb="恢复账号" if is_active else "停用账号", reason=reason, is_active=is_active)


@transaction.atomic
def help_in(user: User, *, by: User) -> str:
    """生成登录链接 for somebody who cannot get in, who is told of it; returns the address."""
    require(rules.can_link(by, user))
    accounts.log(user, "生成设置密码的链接", by=by)
    notify([user], f"link-{user.pk}-{timezone.now():%Y%m%d%H%M}", f"{by}为您生成了设置密码的链接")
    send_link(user)
    return link_for(user)


@transaction.atomic
def unlock(user: User, *, by: User) -> None:
    require(rules.can_help(by, user))
    accounts.unlock(user, by=by)


@transaction.atomic
def forget_factors(user: User, *, by: User, reason: str) -> None:
    """By the administrator alone, never for oneself."""
    require(rules.can_edit_person(by, user))
    if user == by:
        raise ValidationError("自己的动态验证码由另一位系统管理员重置")
    accounts.forget_factors(user, by=by, reason=reason)
    notify([user], f"factor-{user.pk}-{timezone.now():%Y%m%d%H%M}", f"{by}重置了您的动态验证码：{reason}"[:200])


@transaction.atomic
def log_out(user: User, *, by: User) -> None:
    require(rules.can_edit_person(by, user))
    accounts.log_out_everywhere(user, by=by)


def send_link(user: User) -> None:
    """By mail, where an address is known; else whoever asked for it hands it on."""
    if not user.email:
        return
    address = settings.PORTAL_ADDRESS + link_for(user)
    verb = "重设密码" if user.has_usable_password() else "设置密码并登录"
    body = f"{user}，您好：\n\n请打开下面的链接{verb}，链接只能用一次：\n{address}\n\n不是您本人要求的，请不要打开，并告诉县总工会。\n"
    delivery.post(
        f"link-{user.pk}-{timezone.now():%Y%m%d%H%M%S}", user.email, f"社会组织工作平台：{verb}", body, user=user
    )
    tasks.send_messages.delay_on_commit()


@transaction.atomic
def forgotten(user: User) -> None:
    """忘记密码, asked for by nobody logged in: a link by mail, once in a few minutes."""
    address = settings.PORTAL_ADDRESS + reset_for(user)
    body = f"{user}，您好：\n\n有人在登录页要求重设您的密码。是您本人的，请在 24 小时内打开：\n{address}\n\n不是您本人，不用理会，密码没有改变。\n"
    minutes = int(timezone.now().timestamp()) // 300
    delivery.post(f"forgotten-{user.pk}-{minutes}", user.email, "社会组织工作平台：重设密码", body, user=user)
    accounts.log(user, "要求重设密码", by=None)
    tasks.send_messages.delay_on_commit()


@transaction.atomic
def change_contact(user: User, *, name: str, phone: str | None, email: str) -> User:
    """我的账号: one's own name, number and address."""
    user = User.objects.select_for_update().get(pk=user.pk)  # who asks may be a request's, which is no record yet
    return change(user, by=user, verb="修改本人资料", name=name, phone=phone, email=email)


@transaction.atomic
def show_large_text(user: User, *, large: bool) -> User:
    """大字显示 on every page, or the usual size again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    return change(user, by=user, verb="改为大字显示" if large else "改为标准字号", large_text=large)
