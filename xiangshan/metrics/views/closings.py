"""Closing a year: its checklist, what was compiled, the signature, restatements, and the statement on paper."""

import json
from dataclasses import replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.metrics import heads, rules
from xiangshan.metrics.actions import closings
from xiangshan.metrics.documents import statement
from xiangshan.metrics.forms.closings import CompileForm, SignForm
from xiangshan.metrics.models import YearClosing
from xiangshan.metrics.movements import HEADLINES, MOVEMENTS
from xiangshan.metrics.periods import FIRST_YEAR
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.selectors.checklist import checklist
from xiangshan.metrics.selectors.closings import compared, years_of
from xiangshan.metrics.selectors.restated import restated, verify
from xiangshan.shared.documents import document_response
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.lists.exports import attachment
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post

asks = require_http_methods(["GET", "HEAD", "POST"])


def _county(request: PortalRequest) -> Area:
    """The county somebody answers for, or reads the year of."""
    if not request.user.areas:
        raise PermissionDenied("年度结账由县总工会办理")
    seen, asked = rules.visible_counties(request.user).order_by("pk"), key_of(request.GET.get("area"))
    county = seen.filter(pk=asked).first() if asked else seen.first()
    if county is None:
        raise Http404
    return county


def _closing(request: PortalRequest, pk: int) -> YearClosing:
    return get_object_or_404(YearClosing.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def closing_list(request: PortalRequest) -> HttpResponse:
    """The years, and how far each has come: open, compiled, signed, reopened."""
    county = _county(request)
    return render(
        request,
        "metrics/closing_list.html",
        {
            "county": county,
            "counties": rules.visible_counties(request.user).order_by("pk"),
            "years": years_of(request.user, county),
            # Who does not is told so once, above the years, and not beside each.
            "compiles": rules.compiles_years(request.user, county),
        },
    )


@get_or_post
def closing_new(request: PortalRequest, year: int) -> HttpResponse:
    """编制: the checklist of a year, and a word on what stays open."""
    county = _county(request)
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    require(rules.can_compile(request.user, county, year))
    return form_page(
        request,
        CompileForm(request.POST or None),
        lambda data: closings.compile_year(county, year, by=request.user, **data),
        done="已编制，等待领导签署",
        to=page_of,
        county=county,
        year=year,
        items=[item if item.is_open_to(request.user) else replace(item, link="") for item in checklist(county, year)],
        template="metrics/closing_new.html",
    )


@require_GET
def closing_detail(request: PortalRequest, pk: int) -> HttpResponse:
    closing, user = _closing(request, pk), request.user
    frozen = statement.Frozen(closing)
    seen = [code for _, _, codes in MOVEMENTS for code in codes]
    codes = [code for code in (*HEADLINES, *seen) if may_read(request, closing, code)]
    sees_all = rules.can_read_frozen(user, closing)
    context: dict[str, Any] = {
        "closing": closing,
        "lines": statement.lines_of(frozen, codes),
        "heads": statement.HEADS,
        "items": closing.checklist if sees_all else [],
        "moved": [
            item
            for item in restated(closing)
            if may_read(request, closing, item.metric.code) and (sees_all or item.is_county)
        ],
        "restatements": closing.restatements.select_related("by") if sees_all else [],
        "versions": YearClosing.objects.filter(area=closing.area_id, year=closing.year).for_page().order_by("version"),
        "compared": [pair for pair in compared(closing) if may_read(request, closing, pair[1].metric.code)],
        "counts": (closing.figures.count(), closing.facts.count()),
        "can_compile": rules.can_compile(user, closing.area, closing.year),
        "can_sign": rules.can_sign(user, closing),
        "can_reopen": rules.can_reopen(user, closing),
        "can_export": sees_all,
        "dossier": panels_of(user, closing),
    }
    context["head"] = heads.closing_head(closing, context)
    return render(request, "metrics/closing_detail.html", context)


def may_read(request: PortalRequest, closing: YearClosing, code: str) -> bool:
    """A figure of the county, as its rows are seen: by a post over it, or over a part of it where the metric is everybody's."""
    metric = BY_CODE.get(code)
    return metric is not None and bool(rules.can_read_metric(request.user, metric, closing))


@get_or_post
def closing_sign(request: PortalRequest, pk: int) -> HttpResponse:
    """签署: with the signer's own password, and the second factor where it is set up."""
    closing = _closing(request, pk)
    require(rules.can_sign(request.user, closing))
    return form_page(
        request,
        SignForm(request.POST or None, request=request, initial={"digest": closing.digest}),
        lambda data: closings.sign_year(closing, opinion=data["opinion"], read=data["digest"], by=request.user),
        done="已签署，本年度数据从此封存",
        to=page_of,
        heading=f"签署{closing}",
        hint="签署后，本年度的数字、每条记录的数值和指标口径一并封存；以后修改当年记录须写明理由，并作为更正公布。",
        button="签署",
        back=page_of(closing),
    )


@get_or_post
def closing_reopen(request: PortalRequest, pk: int) -> HttpResponse:
    closing = _closing(request, pk)
    require(rules.can_reopen(request.user, closing))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: closings.reopen_year(closing, reason=data["reason"], by=request.user),
        done="已重开；更正后请重新编制、签署",
        to=page_of,
        heading=f"重开{closing}",
        hint="重开后可以自由更正当年记录，再编制新的一版；已签署的这一版原样保留。重开人和理由会一直显示。",
        button="重开",
        back=page_of(closing),
    )


@require_GET
def closing_statement(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The statement as signed; ?restated=1 with what was put right since."""
    closing = _closing(request, pk)
    require(rules.can_read_frozen(request.user, closing))
    with_restatements = request.GET.get("restated") == "1"
    return document_response(
        kind,
        statement.title_of(closing, with_restatements=with_restatements),
        statement.sections_of(closing, with_restatements=with_restatements),
        statement.foot_of(closing),
    )


@require_GET
def closing_export(request: PortalRequest, pk: int) -> HttpResponse:
    """Everything frozen, as JSON, for whoever checks the digest with tools of their own."""
    closing = _closing(request, pk)
    require(rules.can_read_frozen(request.user, closing))
    response = HttpResponse(
        json.dumps(statement.as_json(closing), ensure_ascii=False, indent=1), content_type="application/json"
    )
    response.headers["Content-Disposition"] = attachment(f"{closing}.json")
    return response


@require_GET
def closing_verify(request: PortalRequest, pk: int) -> HttpResponse:
    """核验 now: the digest anew, the figures anew, and both beside today's."""
    closing = _closing(request, pk)
    require(rules.can_read_frozen(request.user, closing))
    context = {"closing": closing, "found": verify(closing), "at": timezone.now()}
    return render(request, "metrics/closing_verify.html", context)
