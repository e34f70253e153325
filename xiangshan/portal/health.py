"""Whether the portal is ready, and its figures: for load balancers and monitoring, not for people. That it is up says core/middleware.py."""

import ipaddress
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily

from xiangshan.celery import app
from xiangshan.metrics.models import JobRun, RollupState, StaleMark, YearClosing
from xiangshan.portal.backups.actions import last_good
from xiangshan.shared.notifications.models import Message

ANSWERS_WITHIN = 1.8  # seconds


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _queue() -> bool:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
    return True


def _worker() -> bool:
    """A worker has refreshed within the last two minutes: the beat makes it do so every ten seconds."""
    return RollupState.objects.filter(refreshed_at__gte=timezone.now() - timedelta(minutes=2)).exists()


CHECKS: dict[str, Callable[[], bool]] = {"database": _database, "queue": _queue, "worker": _worker}


def _asked(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False
    finally:
        connection.close()  # this thread's own


class ReadyMiddleware:
    """/readyz and /metrics before anything that needs a database, a host name or TLS: both are asked by machines, beside the proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/readyz":
            return readyz()
        return metrics(request) if request.path == "/metrics" else self.get_response(request)


def readyz() -> JsonResponse:
    """Database, queue and worker answer."""
    pool = ThreadPoolExecutor(len(CHECKS))
    asked = {name: pool.submit(_asked, check) for name, check in CHECKS.items()}
    wait(asked.values(), ANSWERS_WITHIN)
    pool.shutdown(wait=False)
    result = {name: future.done() and future.result() for name, future in asked.items()}
    return JsonResponse(result, status=200 if all(result.values()) else 503, headers={"Cache-Control": "no-store"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus reads this from the machine itself; it is not public: what comes through a proxy says so."""
    address = ipaddress.ip_address(request.META["REMOTE_ADDR"])
    if request.headers.get("X-Forwarded-For") or not address.is_loopback:
        return HttpResponseForbidden("only from this machine")
    return ExportToDjangoView(request)


class PortalCollector:
    """What an alert is made of, read as it is asked for (docs/operations.md has the thresholds)."""

    def describe(self) -> Iterable[Any]:
        """Nothing is asked of the database when this is registered."""
        return []

    def collect(self) -> Iterable[Any]:
        try:
            return list(self._families())
        except DatabaseError:
            return [GaugeMetricFamily("portal_database_up", "Whether the database answers", value=0)]

    def _families(self) -> Iterable[Any]:
        now = timezone.now()
        yield GaugeMetricFamily("portal_database_up", "Whether the database answers", value=1)
        yield GaugeMetricFamily("portal_queue_messages", "Messages that wait for a worker", value=_queue_length())
        oldest = StaleMark.objects.aggregate(since=Min("marked_at"))["since"]
        yield GaugeMetricFamily(
            "portal_stale_seconds",
            "Age of the oldest change that no figure counts yet",
            value=(now - oldest).total_seconds() if oldest else 0,
        )
        backup = last_good()
        yield GaugeMetricFamily(
            "portal_backup_age_seconds",
            "Age of the last whole backup; -1 where there is none",
            value=(now - backup.ended_at).total_seconds() if backup else -1,
        )
        letters = GaugeMetricFamily("portal_messages", "Messages by state", labels=["status"])
        counted = dict(Message.objects.order_by().values_list("status").annotate(n=Count("pk")))
        for status in Message.Status.values:
            letters.add_metric([status], counted.get(status, 0))
        yield letters
        yield from _jobs()
        signed = GaugeMetricFamily(
            "portal_signed_year", "Signed years, by area, year and digest", labels=["area", "year", "digest"]
        )
        for area, year, digest in YearClosing.objects.exclude(digest="").values_list("area_id", "year", "digest"):
            signed.add_metric([str(area), str(year), digest], 1)
        yield signed


def _jobs() -> Iterable[Any]:
    seconds = GaugeMetricFamily("portal_job_seconds", "How long the newest run of each job took", labels=["job"])
    failed = GaugeMetricFamily("portal_job_failed", "Whether the newest run of each job failed", labels=["job"])
    newest: dict[str, JobRun] = {}
    for run in JobRun.objects.order_by("pk"):
        newest[run.name] = run
    for name, run in newest.items():
        seconds.add_metric([name], run.seconds)
        failed.add_metric([name], run.outcome == JobRun.Outcome.FAILED)
    return [seconds, failed]


def _queue_length() -> int:
    """-1 where the queue does not answer."""
    if not settings.REDIS_URL:
        return sum(1 for path in Path(settings.QUEUE_DIR).glob("*.msg"))
    try:
        with app.connection_for_read() as broker:
            return int(broker.default_channel.client.llen("celery"))
    except Exception:
        return -1


def register_figures() -> None:
    """When the addresses are loaded: once a process."""
    REGISTRY.register(PortalCollector())
