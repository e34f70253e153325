"""Who may book rooms, lend things, record what was given and keep the nursery."""

from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.rules import STAFF
from projects.models import Equipment, EquipmentLoan, Incubation, SupportGiven, VenueBooking
from xiangshan.core.accounts.models import AREA_READERS, Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_book_venues(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF, Role.ORG_LEADER) else deny("场地由社会组织负责人或工会工作人员预约")


def can_book(user: User, organization: SocialOrganization) -> Verdict:
    """For an organization the union is in touch with: its leader, or union staff over its area."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=organization):
        return deny("场地由社会组织负责人或所在地区的工会工作人员预约")
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能预约")


def can_cancel_booking(user: User, booking: VenueBooking) -> Verdict:
    if not user.holds(*STAFF, Role.ORG_LEADER, over=booking):
        return deny("由预约的组织或工会工作人员取消")
    if booking.cancelled_at is not None:
        return deny("预约已取消")
    return ALLOW if booking.starts_at > timezone.now() else deny("预约的时间已到，不能取消")


def can_file_booking(user: User, booking: VenueBooking) -> Verdict:
    """Photos of what became of it: whoever may book for the organization."""
    return can_book(user, booking.organization)


def can_file_given(user: User, given: SupportGiven) -> Verdict:
    return can_record_support(user, given.organization)


def can_file_incubation(user: User, incubation: Incubation) -> Verdict:
    return can_enter_nursery(user, incubation.team)


def can_add_equipment(user: User) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny("装备由县总工会工作人员登记")


def can_edit_equipment(user: User, equipment: Equipment) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=equipment) else deny("装备由县总工会工作人员登记")


def can_lend(user: User, equipment: Equipment) -> Verdict:
    if not (verdict := can_edit_equipment(user, equipment)):
        return verdict
    if not equipment.is_active:
        return deny("这件装备已停用")
    if out := equipment.loans.out().select_related("organization").first():
        return deny(f"这件装备已借给{out.organization}，应于 {out.due_on:%Y-%m-%d} 归还")
    return ALLOW


def can_take_back(user: User, loan: EquipmentLoan) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=loan.equipment):
        return deny("归还由县总工会工作人员登记")
    return ALLOW if loan.returned_on is None else deny("这件装备已经归还")


def can_record_support(user: User, organization: SocialOrganization) -> Verdict:
    """Training held, publicity done: union staff over the organization's area."""
    return ALLOW if user.holds(*STAFF, over=organization) else deny("扶持记录由所在地区的工会工作人员登记")


def can_record_supports(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("扶持记录由工会工作人员登记")


def can_compare_effects(user: User) -> Verdict:
    """Organizations side by side: for whoever reads an area, not for one of them."""
    return ALLOW if user.holds(*AREA_READERS) else deny("扶持前后的比较由工会查看")


def can_incubate(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("孵化由工会工作人员登记")


def can_enter_nursery(user: User, team: SocialOrganization) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=team) else deny("孵化由所在地区的工会工作人员登记")


def can_move_incubation(user: User, incubation: Incubation) -> Verdict:
    if not (verdict := can_enter_nursery(user, incubation.team)):
        return verdict
    return ALLOW if incubation.next_states else deny(f"孵化{incubation.get_stage_display()}，已经结束")
