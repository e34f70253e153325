"""Rooms booked, things lent, training held."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.models import Venue
from projects import tables
from projects.actions import in_kind
from projects.forms.in_kind import (
    BookingFilterForm,
    BookingForm,
    EquipmentFilterForm,
    EquipmentForm,
    GivenFilterForm,
    GivenForm,
    LendForm,
    LoanFilterForm,
    TakeBackForm,
    TakenForm,
)
from projects.models import Equipment, EquipmentLoan, SupportGiven, VenueBooking
from projects.rules import in_kind as in_kind_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post, list_page


@require_GET
def booking_list(request: PortalRequest) -> HttpResponseBase:
    form = BookingFilterForm(request.GET, user=request.user)
    rows: Any = VenueBooking.objects.visible_to(request.user).matching(**form.wanted)
    may_book = in_kind_rules.can_book_venues(request.user)
    venue = form.wanted.get("venue")
    context = {"form": form, "can_add": may_book, "venue": venue}
    return list_page(request, "projects/booking_list.html", tables.BOOKINGS, rows, **context)


def _booking(request: PortalRequest, pk: int) -> VenueBooking:
    bookings = VenueBooking.objects.visible_to(request.user)
    return get_object_or_404(bookings.select_related("venue", "organization", "project", "booked_by"), pk=pk)


@require_GET
def booking_detail(request: PortalRequest, pk: int) -> HttpResponse:
    booking = _booking(request, pk)
    context = {
        "booking": booking,
        "dossier": panels_of(request.user, booking),
        "can_cancel": in_kind_rules.can_cancel_booking(request.user, booking),
    }
    return render(request, "projects/booking_detail.html", context)


@get_or_post
def booking_new(request: PortalRequest) -> HttpResponse:
    require(in_kind_rules.can_book_venues(request.user))
    asked = {name: request.GET[name] for name in ("venue", "organization", "project") if name in request.GET}
    return form_page(
        request,
        BookingForm(request.POST or None, user=request.user, initial=asked),
        lambda data: in_kind.book_venue(by=request.user, **data),
        done="已预约",
        to=page_of,
        heading="预约场地",
        hint="按半小时预约；选好场地和日期，会显示当天已约的时段",
        button="预约",
        back=reverse("projects:booking_list"),
        template="projects/booking_new.html",
    )


@require_GET
def booking_taken(request: PortalRequest) -> HttpResponse:
    """What is taken of a room on a day: times, not by whom."""
    require(in_kind_rules.can_book_venues(request.user))
    form = TakenForm(request.GET, user=request.user)
    venue, day = (form.cleaned_data["venue"], form.cleaned_data["day"]) if form.is_valid() else (None, None)
    taken = VenueBooking.objects.filter(venue=venue).on_day(day) if isinstance(venue, Venue) and day else None
    return render(request, "projects/_taken.html", {"venue": venue, "day": day, "taken": taken})


@get_or_post
def booking_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    booking = _booking(request, pk)
    require(in_kind_rules.can_cancel_booking(request.user, booking))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: in_kind.cancel_booking(booking, by=request.user, **data),
        done="预约已取消",
        to=page_of(booking),
        heading="取消预约",
        hint=f"{booking}，{booking.purpose}",
        button="取消预约",
    )


@require_GET
def equipment_list(request: PortalRequest) -> HttpResponseBase:
    form = EquipmentFilterForm(request.GET, user=request.user)
    rows: Any = Equipment.objects.visible_to(request.user).matching(**form.wanted).with_holder()
    # A leader knows that a thing is out, not with whom.
    table = tables.EQUIPMENT if in_kind_rules.can_compare_effects(request.user) else tables.EQUIPMENT.without("holder")
    can_add = in_kind_rules.can_add_equipment(request.user)
    return list_page(request, "projects/equipment_list.html", table, rows, form=form, can_add=can_add)


def _equipment(request: PortalRequest, pk: int) -> Equipment:
    return get_object_or_404(Equipment.objects.visible_to(request.user).select_related("area"), pk=pk)


@require_GET
def equipment_detail(request: PortalRequest, pk: int) -> HttpResponse:
    equipment, user = _equipment(request, pk), request.user
    loans = list(equipment.loans.visible_to(user).select_related("organization", "project", "lent_by"))
    context = {
        "equipment": equipment,
        "loans": [(loan, in_kind_rules.can_take_back(user, loan)) for loan in loans],
        "dossier": panels_of(user, equipment),
        "can_edit": in_kind_rules.can_edit_equipment(user, equipment),
        "can_lend": in_kind_rules.can_lend(user, equipment),
    }
    return render(request, "projects/equipment_detail.html", context)


@get_or_post
def equipment_new(request: PortalRequest) -> HttpResponse:
    require(in_kind_rules.can_add_equipment(request.user))
    return form_page(
        request,
        EquipmentForm(request.POST or None, user=request.user),
        lambda data: in_kind.add_equipment(by=request.user, **data),
        done="已登记装备",
        to=page_of,
        heading="登记装备",
        back=reverse("projects:equipment_list"),
    )


@get_or_post
def equipment_edit(request: PortalRequest, pk: int) -> HttpResponse:
    equipment = _equipment(request, pk)
    require(in_kind_rules.can_edit_equipment(request.user, equipment))
    return form_page(
        request,
        EquipmentForm(request.POST or None, instance=equipment, user=request.user),
        lambda data: in_kind.edit_equipment(equipment, by=request.user, **data),
        done="已保存",
        to=page_of(equipment),
        heading=f"修改装备：{equipment}",
    )


@get_or_post
def equipment_lend(request: PortalRequest, pk: int) -> HttpResponse:
    equipment = _equipment(request, pk)
    require(in_kind_rules.can_lend(request.user, equipment))
    return form_page(
        request,
        LendForm(request.POST or None, user=request.user),
        lambda data: in_kind.lend_equipment(equipment, by=request.user, **data),
        done="已出借",
        to=page_of(equipment),
        heading=f"出借：{equipment}",
        hint="从今天起借出；到期未还会提醒双方",
        button="出借",
    )


@require_GET
def loan_list(request: PortalRequest) -> HttpResponseBase:
    form = LoanFilterForm(request.GET, user=request.user)
    rows: Any = EquipmentLoan.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "projects/loan_list.html", tables.LOANS, rows, form=form)


@get_or_post
def loan_back(request: PortalRequest, pk: int) -> HttpResponse:
    loans = EquipmentLoan.objects.visible_to(request.user).select_related("equipment", "organization")
    loan = get_object_or_404(loans, pk=pk)
    require(in_kind_rules.can_take_back(request.user, loan))
    return form_page(
        request,
        TakeBackForm(request.POST or None, initial={"returned_on": timezone.localdate()}),
        lambda data: in_kind.take_back(loan, by=request.user, **data),
        done="已登记归还",
        to=page_of(loan.equipment),
        heading=f"归还：{loan.equipment}",
        hint=f"{loan.organization}，{loan.lent_on} 借出，应于 {loan.due_on} 归还",
        button="登记归还",
    )


@require_GET
def given_list(request: PortalRequest) -> HttpResponseBase:
    form = GivenFilterForm(request.GET, user=request.user)
    rows: Any = SupportGiven.objects.visible_to(request.user).matching(**form.wanted)
    can_add = in_kind_rules.can_record_supports(request.user)
    return list_page(request, "projects/given_list.html", tables.GIVEN, rows, form=form, can_add=can_add)


def _given(request: PortalRequest, pk: int) -> SupportGiven:
    rows = SupportGiven.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("organization", "project", "recorded_by"), pk=pk)


@require_GET
def given_detail(request: PortalRequest, pk: int) -> HttpResponse:
    given = _given(request, pk)
    context = {
        "given": given,
        "dossier": panels_of(request.user, given),
        "can_edit": in_kind_rules.can_record_support(request.user, given.organization),
    }
    return render(request, "projects/given_detail.html", context)


@get_or_post
def given_new(request: PortalRequest) -> HttpResponse:
    require(in_kind_rules.can_record_supports(request.user))
    asked = {name: request.GET[name] for name in ("organization", "project") if name in request.GET}
    return form_page(
        request,
        GivenForm(request.POST or None, user=request.user, initial={"given_on": timezone.localdate(), **asked}),
        lambda data: in_kind.record_support(by=request.user, **data),
        done="已登记",
        to=page_of,
        heading="登记培训或宣传",
        hint="给组织办的培训、做的宣传；资金在项目里拨付，场地和装备另有登记",
        back=reverse("projects:given_list"),
    )


@get_or_post
def given_edit(request: PortalRequest, pk: int) -> HttpResponse:
    given = _given(request, pk)
    require(in_kind_rules.can_record_support(request.user, given.organization))
    return form_page(
        request,
        GivenForm(request.POST or None, instance=given, user=request.user),
        lambda data: in_kind.correct_support(given, by=request.user, **data),
        done="已更正",
        to=page_of(given),
        heading=f"更正：{given}",
    )
