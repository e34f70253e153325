from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.shared.notifications import actions, forms
from xiangshan.shared.notifications.models import Notice
from xiangshan.shared.responses import form_page

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
