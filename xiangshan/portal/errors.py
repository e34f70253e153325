"""Pages for what went wrong before a view was asked, in the portal's dress."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiangshan.core import limits
from xiangshan.core.middleware import unavailable, why_unavailable


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400; and 413 for what is larger than the portal takes."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return render(request, "413.html", {"megabytes": limits.FILE_MEGABYTES}, status=413)
    if reason := why_unavailable(exception):  # a web session that could not be saved is a "bad request" to Django
        return unavailable(request, reason)
    return render(request, "400.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the login it was opened with: what was typed is shown to be sent again, where it came from the portal itself."""
    typed = []
    if _is_from_here(request):
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name != "csrfmiddlewaretoken" and "password" not in name
            for value in values
        ]
    context = {"typed": typed, "has_files": bool(request.FILES), "address": request.get_full_path()}
    return render(request, "403_csrf.html", context, status=403)


def _is_from_here(request: HttpRequest) -> bool:
    """Another site must not get its form sent by a click on our page."""
    said = request.headers.get("Origin") or request.headers.get("Referer", "")
    return bool(said) and urlsplit(said).netloc == request.get_host()
