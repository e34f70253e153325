from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.shared.lists.picking import picked_rows, query_of
from xiangshan.shared.notifications import actions, delivery, forms, rules, tables, tasks
from xiangshan.shared.notifications.models import Message, Notice
from xiangshan.shared.responses import form_page, list_page

SHOWN = 100


@require_GET
def notice_list(request: PortalRequest) -> HttpResponse:
    """What happened and concerns one, the newest first."""
    notices = list(Notice.objects.visible_to(request.user)[:SHOWN])
    context = {"notices": notices, "newest": notices[0].pk if notices else 0}
    return render(request, "notices/notice_list.html", context)


@require_POST
def notice_read(request: PortalRequest) -> HttpResponse:
    if upto := key_of(request.POST.get("upto")):
        actions.mark_read(request.user, upto)
    return redirect("notice_list")


@require_http_methods(["GET", "POST"])
def notice_settings(request: PortalRequest) -> HttpResponse:
    """By mail at once, once a day, or not at all."""
    user = request.user
    return form_page(
        request,
        forms.MailForm(request.POST or None, initial={"mail": user.mail, "email": user.email}),
        lambda data: actions.choose_mail(user, **data),
        done="已保存",
        to=reverse("notice_list"),
        heading="邮件提醒",
    )


@require_GET
def message_list(request: PortalRequest) -> HttpResponseBase:
    """What was sent to whom, and what became of it."""
    require(rules.can_read_messages(request.user))
    form = forms.MessageFilterForm(request.GET, user=request.user)
    rows = Message.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(
        request,
        "notices/message_list.html",
        tables.MESSAGES,
        rows,
        form=form,
        can_add=True,
        given_up=_given_up(request),
    )


def _given_up(request: PortalRequest) -> int:
    return Message.objects.visible_to(request.user).filter(status=Message.Status.GIVEN_UP).count()


@require_POST
def message_try_again(request: PortalRequest) -> HttpResponse:
    """Those picked, or all that match the list's filters; what went out is not sent twice."""
    require(rules.can_read_messages(request.user))

    def matching(filters: QueryDict) -> Any:
        form = forms.MessageFilterForm(filters, user=request.user)
        return Message.objects.visible_to(request.user).matching(**form.wanted)

    sent = delivery.try_again(picked_rows(request, matching), by=request.user)
    tasks.send_messages.delay_on_commit()
    if sent:
        messages.success(request, f"{sent} 封没有送达的将再次发送")
    else:
        messages.error(request, "没有选中还没送达的信")
    return redirect(reverse("message_list") + query_of(request))
