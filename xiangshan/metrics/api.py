"""Figures for programs: who is logged in reads what the pages show; the token of a shared link reads that link's area."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from ninja.security import HttpBearer, django_auth

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.keys import key_of
from xiangshan.metrics import exports, figures, rules, scoping
from xiangshan.metrics.breakdowns import category_names
from xiangshan.metrics.documents.formatting import definition_of
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.models import ShareLink
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import METRICS


class SharedToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> ShareLink | None:
        return ShareLink.objects.opened_by(token).first()


router = Router(auth=[django_auth, SharedToken()], tags=["figures"])
KINDS = ("area", "organization", "contract", "studio", "department")


class Asked(Schema):
    """year with quarter or month; scope like area:330225001000 or organization:7; left out: the reader's own."""

    year: int
    quarter: int | None = None
    month: int | None = None
    scope: str = ""
    category: int | None = None

    @property
    def period(self) -> Period:
        if (
            not 2000 <= self.year <= 2100
            or (self.month and not 1 <= self.month <= 12)
            or (self.quarter and not 1 <= self.quarter <= 4)
        ):
            raise Http404
        if self.month:
            return Period.month(self.year * 100 + self.month)
        return Period.quarter(self.year, self.quarter) if self.quarter else Period.year(self.year)


@router.get("/metrics", summary="The metrics and what each means")
def metric_list(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"code": metric.code, **definition_of(metric)} for metric in METRICS]


@router.get("/figures", summary="The figures of a scope and a period")
def figure_list(request: Any, asked: Query[Asked]) -> dict[str, Any]:
    if isinstance(request.auth, ShareLink):
        scope = _shared(request.auth, asked)
        return exports.as_json(scope, asked.period, figures.metrics_for(scope), is_shared=True)
    return exports.as_json(*_own(request.user, asked))


def _wanted(asked: Asked) -> dict[str, Any]:
    kind, _, key = asked.scope.partition(":")
    if not asked.scope:
        return {"category": asked.category}
    if kind not in KINDS or not key_of(key):
        raise Http404
    return {kind: key.ljust(12, "0") if kind == "area" else int(key), "category": asked.category}


def _own(user: User, asked: Asked) -> tuple[Scope, Period, list[Any]]:
    if not rules.can_read_figures(user):
        raise Http404
    scope, _ = scoping.scope_of(user, _wanted(asked))
    return scope, asked.period, scoping.metrics_of(user, scope)


def _shared(link: ShareLink, asked: Asked) -> Scope:
    """A link opens its own area and those right below, nothing else."""
    wanted = _wanted(asked)
    if asked.category is not None and asked.category not in category_names():
        raise Http404
    asked_area = int(wanted.get("area") or link.area_id)
    if wanted.keys() - {"area", "category"}:
        raise Http404
    area = Area.objects.filter(pk=asked_area).first()
    if area is None or (area.pk != link.area_id and area.parent_id != link.area_id):
        raise Http404
    return Scope.of_area(area, asked.category)
