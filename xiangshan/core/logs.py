"""Logs a program can read: each line with the request, the user and the job it belongs to, and nothing that says who somebody is."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from celery.signals import task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse

SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]


class NoTraceback(logging.Filter):
    """A refusal is no fault: one line says which page it was."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) in (403, 404, 410, 413, 429):
            record.exc_info = record.exc_text = None
        return True


def formatters() -> dict[str, Any]:
    return {
        name: {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        }
        for name, renderer in (
            ("json", structlog.processors.JSONRenderer(ensure_ascii=False)),
            ("line", structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "logger", "event"])),
        )
    }


class RequestIdMiddleware:
    """A number for each request, the proxy's where it gave one; it stands in every line, and in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        number = (
            given if given.isascii() and given.replace("-", "").isalnum() and len(given) <= 64 else uuid.uuid4().hex
        )
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=number)
        response = self.get_response(request)
        response["X-Request-Id"] = number  # Django still logs refusals after this: the next request clears the number
        return response

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """Who it is, by number, once that is known anyway."""
        user: Any = getattr(request, "_cached_user", None)
        if user is not None and user.pk:
            structlog.contextvars.bind_contextvars(user_id=user.pk)


@task_prerun.connect(dispatch_uid="logs: bind")
def bind_job(task_id: str = "", task: Any = None, **kwargs: Any) -> None:
    structlog.contextvars.bind_contextvars(job_id=task_id, job=getattr(task, "name", ""))


@task_postrun.connect(dispatch_uid="logs: unbind")
def unbind_job(**kwargs: Any) -> None:
    structlog.contextvars.unbind_contextvars("job_id", "job")
