"""What a closed year asks of whoever changes it: a page of its own, with everything that was typed kept."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from xiangshan.metrics.locks import YearClosed

FIELD = "restated_because"


class ClosedYearMiddleware:
    """Carries the reason somebody gave to the records, and asks for one where a signed year would change without."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """The reason goes with who does it: actions pass `by` on, and the records ask it (`Write.change_reason`)."""
        if request.method == "POST" and FIELD in request.POST and request.user.is_authenticated:
            request.user.change_reason = request.POST[FIELD].replace("\x00", "").strip()[:300]

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, YearClosed) or request.method != "POST" or request.headers.get("HX-Request"):
            return None  # a 403 with the same sentence
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", FIELD)
            for value in values
        ]
        back = request.headers.get("Referer", "")
        context = {
            "why": str(exception),
            "typed": typed,
            "files": list(request.FILES),
            "address": request.get_full_path(),
            "back": back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else reverse("todo_list"),
        }
        return render(request, "metrics/closed_year.html", context, status=409)
