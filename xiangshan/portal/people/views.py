"""Users and posts, for those who keep them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from orgs.forms import EndForm
from xiangshan.core.accounts.invitations import link_for
from xiangshan.core.accounts.mfa import has_code
from xiangshan.core.accounts.models import Post, PostRequest, User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.portal.people import actions, forms, rules, tables
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.history.selectors import RECENT, entries_of, lines
from xiangshan.shared.responses import action_button, answer_action, form_page, get_or_post, list_page

INVITED = "invited"  # in the web session: whose links the next page shows


def _person(request: PortalRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _page(pk: int) -> str:
    return reverse("people:person_detail", args=[pk])


@require_GET
def person_list(request: PortalRequest) -> HttpResponseBase:
    require(rules.can_read_people(request.user))
    form = forms.PersonFilterForm(request.GET, user=request.user)
    rows: Any = User.objects.visible_to(request.user).matching(**form.wanted)
    waiting = _waiting(request)
    return list_page(
        request,
        "people/person_list.html",
        tables.PEOPLE,
        rows,
        form=form,
        can_keep=rules.can_keep_people(request.user),
        waiting=[one for one in waiting[:20] if rules.can_grant(request.user, one)],
    )


def _waiting(request: PortalRequest) -> QuerySet[PostRequest]:
    seen = User.objects.visible_to(request.user)
    return PostRequest.objects.filter(user__in=seen, status=PostRequest.Status.WAITING).select_related(
        "user", "asked_by"
    )


@require_GET
def person_detail(request: PortalRequest, pk: int) -> HttpResponse:
    person, user = _person(request, pk), request.user
    today = timezone.localdate()
    posts = [(post, rules.can_end_post(user, post)) for post in person.posts.order_by("-ends_on", "-starts_on", "pk")]
    asked = [
        (one, rules.can_grant(user, one), rules.can_withdraw_request(user, one))
        for one in person.post_requests.select_related("asked_by", "decided_by")[:20]
    ]
    context = {
        "person": person,
        "posts": posts,
        "asked": asked,
        "today": today,
        "has_code": has_code(person),
        "history": lines(entries_of(person)[:RECENT], user),
        "can_edit": rules.can_edit_person(user, person),
        "can_help": rules.can_help(user, person),
        "can_link": rules.can_link(user, person),
    }
    return render(request, "people/person_detail.html", context)


@get_or_post
def person_invite(request: PortalRequest) -> HttpResponse:
    """Several at once; the next page shows their links."""
    require(rules.can_keep_people(request.user))

    def act(data: dict[str, Any]) -> None:
        invited = actions.invite(data.pop("people"), by=request.user, **data)
        request.session[INVITED] = [user.pk for user in invited]

    return form_page(
        request,
        forms.InviteForm(request.POST or None, user=request.user),
        act,
        done="账号已开通",
        to=reverse("people:person_links"),
        back=reverse("people:person_list"),
        heading="开通账号",
        button="开通",
    )


@never_cache
@require_GET
def person_links(request: PortalRequest) -> HttpResponse:
    """To be copied or printed, and handed on."""
    require(rules.can_keep_people(request.user))
    keys = request.session.get(INVITED, [])
    people = User.objects.visible_to(request.user).filter(pk__in=keys).order_by("name", "pk")
    rows = [
        (person, request.build_absolute_uri(link_for(person))) for person in people if not person.has_usable_password()
    ]
    others = [person for person in people if person.has_usable_password()]
    waiting = _waiting(request).filter(user__in=keys)
    return render(request, "people/person_links.html", {"rows": rows, "others": others, "waiting": waiting})


@get_or_post
def person_edit(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    require(rules.can_edit_person(request.user, person))
    return form_page(
        request,
        forms.AccountForm(
            request.POST or None, instance=person, fixed=rules.can_change_contact(request.user, person).reason
        ),
        lambda data: actions.edit_person(person, by=request.user, **data),
        done="已保存",
        to=_page(pk),
        heading=f"修改账号：{person}",
    )


@get_or_post
def post_new(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    require(rules.can_edit_person(request.user, person))

    def act(data: dict[str, Any]) -> Any:
        return actions.ask_post(person, by=request.user, **data)

    return form_page(
        request,
        forms.PostForm(request.POST or None, user=request.user),
        act,
        done="已办理；要另一人确认的，确认后生效",
        to=_page(pk),
        heading=f"任职：{person}",
        hint="能看到案件当事人、经手资金或管理账号的角色，由另一位系统管理员或县总工会领导确认后生效。",
    )


@get_or_post
def post_end(request: PortalRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.filter(user__in=User.objects.visible_to(request.user)), pk=pk)
    require(rules.can_end_post(request.user, post))
    return form_page(
        request,
        EndForm(request.POST or None, initial={"ends_on": timezone.localdate()}),
        lambda data: actions.end_post(post, by=request.user, on=data["ends_on"]),
        done="已卸任",
        to=_page(post.user_id),
        heading=f"卸任：{post}",
        button="卸任",
    )


def _request(request: PortalRequest, pk: int) -> PostRequest:
    return get_object_or_404(PostRequest.objects.filter(user__in=User.objects.visible_to(request.user)), pk=pk)


@require_POST
def request_grant(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    return action_button(request, asked, actions.grant, done="已确认任职", to=_page(asked.user_id))


@require_POST
def request_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    return action_button(request, asked, actions.withdraw, done="已撤回", to=_page(asked.user_id))


@get_or_post
def request_refuse(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    require(rules.can_grant(request.user, asked))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.refuse(asked, by=request.user, **data),
        done="已告知提出人",
        to=_page(asked.user_id),
        heading=f"不同意任职：{asked}",
        button="不同意",
    )


@never_cache
@require_POST
def person_link(request: PortalRequest, pk: int) -> HttpResponse:
    """The link for somebody who cannot get in; it stands on this page alone."""
    person = _person(request, pk)
    link = request.build_absolute_uri(actions.help_in(person, by=request.user))
    return render(request, "people/person_link.html", {"person": person, "link": link})


@require_POST
def person_unlock(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    return action_button(request, person, actions.unlock, done="已解除锁定", to=_page(pk))


@require_POST
def person_log_out(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    return action_button(request, person, actions.log_out, done="已退出此人的全部设备", to=_page(pk))


@get_or_post
def person_forget_factor(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    require(rules.can_edit_person(request.user, person))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.forget_factors(person, by=request.user, **data),
        done="已重置，下次登录时重新启用",
        to=_page(pk),
        heading=f"重置动态验证码：{person}",
        button="重置",
        hint="手机丢失或更换时办理。请先当面或打电话核实是本人。",
    )


@get_or_post
def person_disable(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    require(rules.can_edit_person(request.user, person))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: actions.set_active(person, by=request.user, is_active=False, **data),
        done="已停用，记录都保留",
        to=_page(pk),
        heading=f"停用账号：{person}",
        button="停用",
    )


@require_POST
def person_enable(request: PortalRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)

    def act() -> None:
        actions.set_active(person, by=request.user, is_active=True)

    return answer_action(request, act, done="已恢复", to=_page(pk))
