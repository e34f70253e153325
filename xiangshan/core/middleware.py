"""What is true of every request, before any page is asked: that the portal answers, from where it came, and for how long."""

import errno
import ipaddress
import sys
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from xiangshan.core.accounts.models import Role

GetResponse = Callable[[HttpRequest], HttpResponse]
# What SQLite says when it cannot work, in contrast to a statement it does not understand.
SQLITE_AWAY = ("locked", "disk is full", "unable to open", "disk I/O", "readonly", "malformed")
TRY_AGAIN = 5  # seconds


def why_unavailable(error: BaseException | None) -> str:
    """In words, where the portal cannot work for a reason outside it; empty where it is a fault of its own."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or "disk is full" in str(error):
            return "服务器磁盘已满，暂时不能保存。可以继续查看；请告诉系统管理员。"
        if isinstance(error, OperationalError | InterfaceError):
            is_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
            if not is_sqlite or any(words in str(error) for words in SQLITE_AWAY):
                return "数据库暂时没有应答。刚才的操作没有完成，也没有留下一半的记录。"
        if type(error).__name__ == "StorageAway":
            return "文件存储暂时没有应答，文件没有保存。请稍后再传。"
        error = error.__cause__ or error.__context__
    return ""


class AvailabilityMiddleware:
    """Answers /healthz without asking anything; and turns the failure of what the portal stands on into 503, with a page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        got_request_exception.connect(note_exception, dispatch_uid="availability")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})
        response = self.get_response(request)
        reason: str = getattr(request, "unavailable", "")
        return unavailable(request, reason) if reason and response.status_code >= 500 else response


def note_exception(request: Any = None, **kwargs: Any) -> None:
    """Django has turned an exception into an answer of 500: what it was is known only here."""
    if request is not None and (reason := why_unavailable(sys.exc_info()[1])):
        request.unavailable = reason


def unavailable(request: HttpRequest, reason: str) -> HttpResponse:
    headers = {"Retry-After": str(TRY_AGAIN), "Cache-Control": "no-store"}
    if request.path.startswith(("/api/", "/field/send", "/field/photo", "/field/data")):
        return JsonResponse({"reason": reason}, status=503, headers=headers)
    again = TRY_AGAIN if request.method == "GET" else 0
    page = render_to_string("503.html", {"reason": reason, "again": again, "address": request.get_full_path()})
    return HttpResponse(page, status=503, headers=headers)


class ProxyMiddleware:
    """From which address a request came: what a trusted proxy says, and nobody else (settings.TRUSTED_PROXIES)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(text, strict=False) for text in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        # Who comes by the Unix socket has no address, and is on this machine.
        meta["REMOTE_ADDR"] = meta.get("REMOTE_ADDR") or "127.0.0.1"
        if not self._is_trusted(meta["REMOTE_ADDR"]):
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP"):
                meta.pop(name, None)
            return self.get_response(request)
        # The nearest first; the first that is no proxy of ours is whom we talk to. What stands before it anybody may have written.
        for address in reversed([part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]):
            if not _is_address(address):
                break
            meta["REMOTE_ADDR"] = address
            if not self._is_trusted(address):
                break
        return self.get_response(request)

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class IdleMiddleware:
    """A login ends when nobody uses it, and lasts while somebody does; what a logged-in person sees is kept by no cache."""

    NOTED_EVERY = 60  # seconds: not each request writes a row

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        response = self.get_response(request)
        if getattr(request, "unavailable", ""):
            return response  # the database is not asked a second time
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not user.is_authenticated:
            return response
        now = int(time.time())
        if not request.session.is_empty() and now - request.session.get("seen", 0) >= self.NOTED_EVERY:
            request.session["seen"] = now
            request.session.set_expiry(idle_seconds(user))
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


def idle_seconds(user: Any) -> int:
    """A phone that only reports for one's own team may lie in a pocket longer than a desk may stand open."""
    only_leads = {post.role for post in user.posts_today} == {Role.ORG_LEADER}
    minutes: int = settings.IDLE_MINUTES_OF_LEADERS if only_leads else settings.IDLE_MINUTES
    return minutes * 60
