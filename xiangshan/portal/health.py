"""Whether the portal is ready: for load balancers and monitoring, not for people. That it is up says core/middleware.py."""

import ipaddress
from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_prometheus.exports import ExportToDjangoView

from xiangshan.celery import app
from xiangshan.metrics.models import RollupState


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _queue() -> bool:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _worker() -> bool:
    """A worker has refreshed within the last two minutes: the beat makes it do so every ten seconds."""
    return RollupState.objects.filter(refreshed_at__gte=timezone.now() - timedelta(minutes=2)).exists()


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, queue and worker answer; 503 names what does not."""
    result = {}
    for name, check in (("database", _database), ("queue", _queue), ("worker", _worker)):
        try:
            result[name] = check()
        except Exception:
            result[name] = False
    return JsonResponse(result, status=200 if all(result.values()) else 503)


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus reads this from the machine itself; it is not public."""
    address = request.META.get("REMOTE_ADDR", "")
    if not address or not ipaddress.ip_address(address).is_loopback:
        return HttpResponseForbidden("only from this machine")
    return ExportToDjangoView(request)
