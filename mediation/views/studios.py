"""Studios and who works in them; the law's days and the working calendar; how mediation stands."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mediation import tables
from mediation.actions import studios
from mediation.forms.studios import DutyRotaForm, HolidayForm, MediatorForm, OverviewForm, StatutoryTermForm, StudioForm
from mediation.holidays import announced_years
from mediation.models import CalendarDay, CalendarYear, DutyShift, MediationCase, Mediator, StatutoryTerm, Studio
from mediation.rules import studios as studio_rules
from mediation.selectors.overview import overview_of
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import answer_action, form_page, get_or_post, list_page


@require_GET
def studio_list(request: PortalRequest) -> HttpResponseBase:
    rows: Any = Studio.objects.visible_to(request.user)
    return list_page(
        request, "mediation/studio_list.html", tables.STUDIOS, rows, can_add=studio_rules.can_add_studios(request.user)
    )


@require_GET
def studio_detail(request: PortalRequest, pk: int) -> HttpResponse:
    studio = get_object_or_404(Studio.objects.visible_to(request.user).select_related("area", "organization"), pk=pk)
    cases = MediationCase.objects.visible_to(request.user).filter(studio=studio).for_list()[:20]
    today = timezone.localdate()
    return render(
        request,
        "mediation/studio_detail.html",
        {
            "studio": studio,
            "dossier": panels_of(request.user, studio),
            "cases": cases,
            "mediators": studio.mediators.select_related("user"),
            "shifts": DutyShift.objects.filter(mediator__studio=studio, day__range=(today, today + timedelta(days=13)))
            .select_related("mediator")
            .order_by("day", "pk"),
            "today": today,
            "can_plan": studio_rules.can_plan_duty(request.user, studio),
            "can_edit": studio_rules.can_edit_studio(request.user, studio),
        },
    )


@get_or_post
def studio_new(request: PortalRequest) -> HttpResponse:
    require(studio_rules.can_add_studios(request.user))
    return form_page(
        request,
        StudioForm(request.POST or None, user=request.user),
        lambda data: studios.add(by=request.user, **data),
        done="已登记工作室",
        to=lambda made: reverse("mediation:studio_detail", args=[made.pk]),
        heading="登记调处工作室",
        button="保存",
        back=reverse("mediation:studio_list"),
    )


@get_or_post
def studio_edit(request: PortalRequest, pk: int) -> HttpResponse:
    studio = get_object_or_404(Studio.objects.visible_to(request.user), pk=pk)
    require(studio_rules.can_edit_studio(request.user, studio))
    return form_page(
        request,
        StudioForm(request.POST or None, instance=studio, user=request.user),
        lambda data: studios.edit(studio, by=request.user, **data),
        done="已保存",
        to=reverse("mediation:studio_detail", args=[pk]),
        template="mediation/studio_edit.html",
    )


def _studio(request: PortalRequest, pk: int) -> Studio:
    return get_object_or_404(Studio.objects.visible_to(request.user), pk=pk)


@get_or_post
def mediator_new(request: PortalRequest, pk: int) -> HttpResponse:
    studio = _studio(request, pk)
    require(studio_rules.can_edit_studio(request.user, studio))
    return form_page(
        request,
        MediatorForm(request.POST or None, studio=studio, initial={"starts_on": timezone.localdate()}),
        lambda data: studios.add_mediator(studio, by=request.user, **data),
        done="已登记调解员",
        to=page_of(studio),
        heading="登记调解员",
        hint=f"{studio}；登录账号和任职由系统管理员开通",
    )


@get_or_post
def mediator_edit(request: PortalRequest, pk: int) -> HttpResponse:
    seen = Mediator.objects.filter(studio__in=Studio.objects.visible_to(request.user)).select_related("studio")
    mediator = get_object_or_404(seen, pk=pk)
    require(studio_rules.can_edit_studio(request.user, mediator.studio))
    return form_page(
        request,
        MediatorForm(request.POST or None, instance=mediator, studio=mediator.studio),
        lambda data: studios.edit_mediator(mediator, by=request.user, **data),
        done="已保存",
        to=page_of(mediator.studio),
        heading=f"调解员：{mediator}",
    )


@get_or_post
def studio_duty(request: PortalRequest, pk: int) -> HttpResponse:
    studio, today = _studio(request, pk), timezone.localdate()
    require(studio_rules.can_plan_duty(request.user, studio))

    def act(data: dict[str, Any]) -> Any:
        days = [data["first"] + timedelta(days=n) for n in range((data["last"] - data["first"]).days + 1)]
        return studios.plan_duty(studio, days, data["mediators"], by=request.user)

    return form_page(
        request,
        DutyRotaForm(request.POST or None, studio=studio, initial={"first": today, "last": today + timedelta(days=13)}),
        act,
        done="已排班",
        to=page_of(studio) + "#duty",
        heading="排值班表",
        hint=f"{studio}；这几天原来的安排会被替换",
        button="排班",
        back=page_of(studio),
    )


@require_GET
def term_list(request: PortalRequest) -> HttpResponse:
    """What the law sets, with its source; and which years the calendar knows."""
    context = {
        "terms": StatutoryTerm.objects.all(),
        "years": CalendarYear.objects.all(),
        "next_year": timezone.localdate().year + 1,
        "can_edit": studio_rules.can_edit_terms(request.user),
    }
    return render(request, "mediation/term_list.html", context)


@get_or_post
def term_new(request: PortalRequest) -> HttpResponse:
    require(studio_rules.can_edit_terms(request.user))
    return _term_form(
        request, StatutoryTermForm(request.POST or None), lambda data: studios.add_term(by=request.user, **data)
    )


@get_or_post
def term_edit(request: PortalRequest, pk: int) -> HttpResponse:
    term = get_object_or_404(StatutoryTerm, pk=pk)
    require(studio_rules.can_edit_terms(request.user))
    return _term_form(
        request,
        StatutoryTermForm(request.POST or None, instance=term),
        lambda data: studios.edit_term(term, by=request.user, **data),
    )


def _term_form(request: PortalRequest, form: Any, act: Any) -> HttpResponse:
    return form_page(
        request,
        form,
        act,
        done="已保存，今晚起按新的期限重算",
        to=reverse("mediation:term_list"),
        heading="法定期限",
        hint="规定有变时，给原来的填失效日期，再登记新的；以前开始的期限仍按当时的规定算",
    )


@get_or_post
def calendar_year(request: PortalRequest, year: int) -> HttpResponse:
    require(studio_rules.can_edit_calendar(request.user))
    if not 2000 <= year <= 2100:
        raise Http404
    known = CalendarYear.objects.filter(year=year).first()
    form = HolidayForm(request.POST or None, year=year, initial={"source": known.source if known else ""})
    return form_page(
        request,
        form,
        lambda data: studios.keep_year(year, form.days, by=request.user, source=data["source"]),
        done="已保存",
        to=reverse("mediation:term_list"),
        year=year,
        days=CalendarDay.objects.filter(day__year=year),
        can_fill=known is None and year in announced_years(),
        heading=f"{year} 年工作日历",
        hint="按国务院办公厅的通知填写。只填与星期不同的日子：放假的工作日和上班的周末。",
        template="mediation/calendar_year.html",
    )


@require_POST
def calendar_fill(request: PortalRequest, year: int) -> HttpResponse:
    return answer_action(
        request,
        lambda: studios.fill_year(year, by=request.user),
        done=f"已填入 {year} 年的调休安排，请核对",
        to=reverse("mediation:calendar_year", args=[year]),
    )


@require_GET
def mediation_overview(request: PortalRequest) -> HttpResponse:
    require(studio_rules.can_read_overview(request.user))
    form = OverviewForm(request.GET or None)
    year = form.cleaned_data["year"] if form.is_valid() else timezone.localdate().year
    context = {"found": overview_of(request.user, year), "year": year, "months": range(1, 13)}
    return render(request, "mediation/mediation_overview.html", context)
