"""Uploaded files in S3, which may be dead: it holds a few requests for seconds, and never all of them."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from storages.backends.s3 import S3Storage

from xiangshan.core.middleware import unavailable

T = TypeVar("T")
SILENT_FOR = 15.0  # seconds: after a failure nobody waits for the next
# Uploads at once, of the eight threads a web process has: pages without files find one free.
AT_ONCE, WAITS = 4, 1.0
_gate = threading.BoundedSemaphore(AT_ONCE)


class StorageAway(OSError):
    """The storage does not answer; what was to be stored is not."""


class GuardedS3Storage(S3Storage):
    """django-storages' own, not asked at all right after it failed."""

    _silent_until = 0.0

    def _guarded(self, act: Callable[[], T]) -> T:
        if time.monotonic() < GuardedS3Storage._silent_until:
            raise StorageAway("文件存储暂时没有应答")
        try:
            return act()
        except (BotoCoreError, ClientError, OSError) as error:
            if isinstance(error, FileNotFoundError) or _is_refusal(error):
                raise
            GuardedS3Storage._silent_until = time.monotonic() + SILENT_FOR
            raise StorageAway("文件存储暂时没有应答") from error

    def _save(self, name: str, content: Any) -> str:
        return self._guarded(lambda: str(super(GuardedS3Storage, self)._save(name, content)))

    def _open(self, name: str, mode: str = "rb") -> Any:
        return self._guarded(lambda: super(GuardedS3Storage, self)._open(name, mode))

    def exists(self, name: str) -> bool:
        return self._guarded(lambda: bool(super(GuardedS3Storage, self).exists(name)))


def _is_refusal(error: Exception) -> bool:
    """The storage answers, and says no: another matter than none."""
    if not isinstance(error, ClientError):
        return False
    code: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return code < 500


class UploadGateMiddleware:
    """So many uploads at once go to S3; the next are told to come again, before they hold a lock that others wait for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.S3_BUCKET or request.content_type != "multipart/form-data":
            return self.get_response(request)
        if not _gate.acquire(timeout=WAITS):
            return unavailable(request, "正在上传的文件太多，或文件存储没有应答；文件没有保存。请稍后再传。")
        try:
            return self.get_response(request)
        finally:
            _gate.release()
