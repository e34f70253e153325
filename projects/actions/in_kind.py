"""Rooms booked, things lent, training held."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from projects.models import Equipment, EquipmentLoan, SupportGiven, VenueBooking, VenueSlot
from projects.rules import in_kind as in_kind_rules
from xiangshan.core import limits
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require

HALF_HOUR = timedelta(minutes=30)
LONGEST = timedelta(hours=limits.BOOKING_HOURS)


@transaction.atomic
def book_venue(
    venue: Venue,
    organization: SocialOrganization,
    *,
    by: User,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    **values: Any,
) -> VenueBooking:
    """预约场地 by half hours. The room is held meanwhile, and the database refuses a half hour twice. Raises ValidationError."""
    require(in_kind_rules.can_book(by, organization))
    venue = lock(venue)
    if any(moment.minute % 30 or moment.second or moment.microsecond for moment in (starts_at, ends_at)):
        raise ValidationError({"starts_at": "请选择整点或半点"})
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": f"结束时间须晚于开始时间，一次最多 {limits.BOOKING_HOURS} 小时"})
    if starts_at <= timezone.now():
        raise ValidationError({"starts_at": "请选择以后的时间"})
    taken = venue.bookings.standing().filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at")
    if other := taken.first():
        first, last = timezone.localtime(other.starts_at), timezone.localtime(other.ends_at)
        raise ValidationError({"starts_at": f"{venue}在 {first:%m-%d %H:%M}–{last:%H:%M} 已有预约，请换个时间或场地"})
    booking = VenueBooking(
        venue=venue,
        organization=organization,
        starts_at=starts_at,
        ends_at=ends_at,
        purpose=purpose,
        booked_by=by,
        **values,
    )
    create(booking, by=by, verb="预约场地")
    count = int((ends_at - starts_at) / HALF_HOUR)
    VenueSlot.objects.bulk_create(
        VenueSlot(booking=booking, venue=venue, starts_at=starts_at + HALF_HOUR * n) for n in range(count)
    )
    return booking


@transaction.atomic
def cancel_booking(booking: VenueBooking, *, by: User, reason: str = "") -> VenueBooking:
    """取消预约: the room is free again at once."""
    booking = lock(booking)
    require(in_kind_rules.can_cancel_booking(by, booking))
    booking.slots.all().delete()
    return change(booking, by=by, verb="取消预约", reason=reason, cancelled_at=timezone.now())


@transaction.atomic
def add_equipment(*, by: User, **values: Any) -> Equipment:
    require(in_kind_rules.can_add_equipment(by))
    equipment = Equipment(**values)
    require(in_kind_rules.can_edit_equipment(by, equipment))
    return create(equipment, by=by, verb="登记装备")


@transaction.atomic
def edit_equipment(equipment: Equipment, *, by: User, **values: Any) -> Equipment:
    equipment = lock(equipment)
    require(in_kind_rules.can_edit_equipment(by, equipment))
    return change(equipment, by=by, verb="修改装备", **values)


@transaction.atomic
def lend_equipment(
    equipment: Equipment, organization: SocialOrganization, *, by: User, due_on: date, **values: Any
) -> EquipmentLoan:
    """出借 from today. Raises ValidationError."""
    equipment = lock(equipment)
    require(in_kind_rules.can_lend(by, equipment))
    if not organization.is_linked:
        raise ValidationError({"organization": f"{organization}尚未联系或已退出，不能借用"})
    loan = EquipmentLoan(
        equipment=equipment,
        organization=organization,
        lent_on=timezone.localdate(),
        due_on=due_on,
        lent_by=by,
        **values,
    )
    return create(loan, by=by, verb="出借")


@transaction.atomic
def take_back(loan: EquipmentLoan, *, by: User, returned_on: date, condition: str = "") -> EquipmentLoan:
    """归还, in what condition. Raises ValidationError."""
    lock(loan.equipment)
    loan = lock(loan)
    require(in_kind_rules.can_take_back(by, loan))
    if returned_on > timezone.localdate():
        raise ValidationError({"returned_on": "归还日期不能晚于今天"})
    return change(loan, by=by, verb="归还", returned_on=returned_on, condition=condition)


@transaction.atomic
def record_support(*, by: User, **values: Any) -> SupportGiven:
    """登记培训或宣传. Raises ValidationError."""
    given = SupportGiven(recorded_by=by, **values)
    require(in_kind_rules.can_record_support(by, given.organization))
    return create(given, by=by, verb="登记扶持")


@transaction.atomic
def correct_support(given: SupportGiven, *, by: User, **values: Any) -> SupportGiven:
    """What was written down wrongly. Raises ValidationError."""
    given = lock(given)
    require(in_kind_rules.can_record_support(by, given.organization))
    return change(given, by=by, verb="更正扶持记录", **values)
