from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.record_types import find
from xiangshan.core.rules import require
from xiangshan.shared.comments import actions, forms, rules, selectors
from xiangshan.shared.comments.models import Comment, Mention
from xiangshan.shared.on_records import page_of, record_seen
from xiangshan.shared.responses import action_button, answer_action


@require_POST
def comment_new(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    record = find(request.user, kind, pk)
    require(rules.can_comment(request.user, record))
    form = forms.CommentForm(request.POST, offered=selectors.colleagues(record, is_internal=False))
    if not form.is_valid():
        messages.error(
            request, "批注没有保存：" + "；".join(str(word) for text in form.errors.values() for word in text)
        )
        return redirect(f"{page_of(record)}#comments")
    data = form.cleaned_data
    try:
        actions.comment_on(
            record, data["text"], by=request.user, mentioned=data["mentioned"], is_internal=data["is_internal"]
        )
    except ValidationError as error:
        return render(
            request,
            "dossier/comment_new.html",
            {"record": record, "back": page_of(record), "text": data["text"], "errors": error.messages},
            status=422,
        )
    messages.success(request, "已批注")
    return redirect(f"{page_of(record)}#comments")


@require_POST
def comment_remove(request: PortalRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk, removed_at=None)
    record = record_seen(request, comment)
    return answer_action(
        request,
        lambda: actions.remove_comment(comment, by=request.user),
        done="已移除批注",
        to=f"{page_of(record)}#comments",
    )


@require_POST
def mention_done(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request, get_object_or_404(Mention, pk=pk, user=request.user), actions.finish_mention, done="已办结", to="/"
    )
