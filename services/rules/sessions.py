"""Who may do what with activity sessions."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from orgs.models import SocialOrganization
from services.models import ActivitySession
from services.models.sessions import SURVEY_OPEN_FOR
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny

STAFF = (Role.COUNTY_STAFF, Role.TOWN_STAFF)
Status = ActivitySession.Status

# What is reported later than that is marked as entered late.
REPORT_WITHIN = timedelta(days=limits.REPORT_DAYS)
PHOTOS_AT_MOST = limits.SESSION_PHOTOS


def can_file_session(user: User, session: ActivitySession) -> Verdict:
    """Photos and lists of a session: its organization, and union staff over it."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=session):
        return deny("活动照片和材料由举办组织或工会工作人员上传")
    return deny("该场次已取消，不能再上传照片") if session.status in session.VOID else ALLOW


def can_plan_sessions(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF, Role.ORG_LEADER) else deny("只有社会组织负责人和工会工作人员可以登记场次")


def can_plan_session(user: User, organization: SocialOrganization) -> Verdict:
    """The organization's leader, or union staff over it."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=organization):
        return deny("只有该组织的负责人或所在地区的工会工作人员可以登记场次")
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能登记场次")


def can_edit_session(user: User, session: ActivitySession) -> Verdict:
    if not user.holds(*STAFF, Role.ORG_LEADER, over=session):
        return deny("只有该组织的负责人或工会工作人员可以修改场次")
    if session.status == Status.CANCELLED:
        return deny(f"该场次已取消（{session.note}）" if session.note else "该场次已取消")
    return (
        ALLOW
        if session.status in session.OPEN
        else deny(f"该场次{session.get_status_display()}，不能修改；需要更正请联系工会退回")
    )


def can_bring_past_sessions(user: User) -> Verdict:
    """A ledger of sessions held before the portal: union staff, for their area."""
    return ALLOW if user.holds(*STAFF) else deny("过去的场次由工会工作人员导入")


def can_write_past_session(user: User, session: ActivitySession) -> Verdict:
    """New ones of organizations the writer works with; of those that are there, only what came from a ledger too."""
    if not user.holds(*STAFF, over=session.organization):
        return deny(f"{session.organization}不在您的工作范围内")
    if session.pk and session.evidence != session.Evidence.LEDGER:
        return deny("平台上已有这一场，不能用台账修改")
    return ALLOW


def can_accept_ledger(user: User, ledger: Any) -> Verdict:
    """County staff of that county."""
    if user.holds(Role.COUNTY_STAFF) and ledger.county_id in user.scope(Role.COUNTY_STAFF):
        return ALLOW
    return deny("由县总工会工作人员复核")


def can_report(user: User, session: ActivitySession) -> Verdict:
    """Whoever may edit it, once its day has come, rehearsed where it must be."""
    if not (verdict := can_edit_session(user, session)):
        return verdict
    if session.held_on > timezone.localdate():
        return deny(f"该场次定于 {session.held_on:%Y-%m-%d}，还没有举办")
    if session.contract_line is not None and not session.contract_line.contract.is_binding:
        return deny("所属合同尚未签订或已终止，不能上报")
    if session.rehearsal_required and not session.rehearsals.filter(outcome="passed").exists():
        return deny("合同约定须先试讲：请先登记通过的试讲")
    return ALLOW


def can_rehearse(user: User, session: ActivitySession) -> Verdict:
    if not user.holds(*STAFF, Role.ORG_LEADER, over=session):
        return deny("只有该组织的负责人或工会工作人员可以登记试讲")
    return ALLOW if session.status in session.OPEN else deny(f"该场次{session.get_status_display()}，不必再试讲")


def can_verify_sessions(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以核实场次")


def can_verify(user: User, session: ActivitySession) -> Verdict:
    """Union staff over it; never the person who reported it."""
    if not user.holds(*STAFF, over=session):
        return deny("只有工会工作人员可以核实场次")
    if user == session.submitted_by:
        return deny("不能核实自己上报的场次")
    if not session.can_become(Status.VERIFIED):
        return deny(f"该场次{session.get_status_display()}，不能核实")
    if n := session.findings.open().serious().count():
        return deny(f"有 {n} 个严重疑点没有处理，处理后才能核实")
    return ALLOW


def can_return(user: User, session: ActivitySession) -> Verdict:
    """Union staff over it; a verified one only by the county, since the figures already count it."""
    who = (Role.COUNTY_STAFF,) if session.status == Status.VERIFIED else STAFF
    if not user.holds(*who, over=session):
        return deny(
            "已核实的场次只有县总工会可以退回" if session.status == Status.VERIFIED else "只有工会工作人员可以退回场次"
        )
    return ALLOW if session.can_become(Status.RETURNED) else deny(f"该场次{session.get_status_display()}，不能退回")


def can_move_session(user: User, session: ActivitySession) -> Verdict:
    """To another day, as the calendar does it: what is planned and not yet held."""
    if not (verdict := can_edit_session(user, session)):
        return verdict
    if session.status not in session.COMING:
        return deny(f"该场次{session.get_status_display()}，不能改期")
    return ALLOW


def can_cancel(user: User, session: ActivitySession) -> Verdict:
    if not user.holds(*STAFF, Role.ORG_LEADER, over=session):
        return deny("只有该组织的负责人或工会工作人员可以取消场次")
    return ALLOW if session.can_become(Status.CANCELLED) else deny(f"该场次{session.get_status_display()}，不能取消")


def can_delete(user: User, session: ActivitySession) -> Verdict:
    """County staff strike out what should never have been entered; the record and its history remain."""
    if not user.holds(Role.COUNTY_STAFF, over=session):
        return deny("只有县总工会工作人员可以作废场次")
    return ALLOW if session.can_become(Status.DELETED) else deny(f"该场次{session.get_status_display()}，不能作废")


def can_show_code(user: User, session: ActivitySession) -> Verdict:
    """Whoever is there: the organization's leader, or union staff."""
    return (
        ALLOW if user.holds(*STAFF, Role.ORG_LEADER, over=session) else deny("评价码由该组织的负责人或工会工作人员出示")
    )


def survey_closes_on(session: ActivitySession) -> date:
    """The last day on which it can be rated: as its contract says, else a week."""
    line = session.contract_line
    return session.held_on + (timedelta(days=line.contract.survey_days) if line is not None else SURVEY_OPEN_FOR)


def can_answer(session: ActivitySession, today: date) -> Verdict:
    """Anybody with the code, from the day it is held for as long as its contract says."""
    if session.status in session.VOID:
        return deny("这场活动已经取消")
    if today < session.held_on:
        return deny(f"活动定于 {session.held_on:%Y-%m-%d} 举办，请在活动后评价")
    if today > survey_closes_on(session):
        return deny("这场活动的评价已经截止，谢谢您的参与")
    return ALLOW


def can_sign_in(session: ActivitySession, today: date) -> Verdict:
    """Anybody there, on the day itself, until the numbers are verified: hours typed in long after are no sign-ins."""
    if session.status in session.VOID:
        return deny("这场活动已经取消")
    if session.status == Status.VERIFIED:
        return deny("这场活动的签到已经结束")
    if today != session.held_on:
        return deny(f"活动日期是 {session.held_on:%Y-%m-%d}，只能在当天签到")
    return ALLOW


def can_list_sign_ins(user: User, session: ActivitySession) -> Verdict:
    """A paper list is entered by the organization or staff, from the day it was held until it is verified."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=session):
        return deny("签到名单由举办组织或工会工作人员录入")
    if session.held_on > timezone.localdate():
        return deny(f"该场次定于 {session.held_on:%Y-%m-%d}，还没有举办")
    if session.status not in (*session.OPEN, Status.SUBMITTED):
        return deny(f"该场次{session.get_status_display()}，不能再录入签到名单")
    return ALLOW
