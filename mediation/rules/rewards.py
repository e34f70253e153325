from django.utils import timezone

from mediation.models import CallBack, RewardLine, RewardScheme, RewardStatement
from mediation.models.rewards import STATEMENT_READERS
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.approved_payments import can_finance

Status = RewardStatement.Status
NOT_SUPERVISOR = "奖补由权益保障部门办理"


def can_read_rewards(user: User) -> Verdict:
    return ALLOW if user.holds(*STATEMENT_READERS, Role.MEDIATOR) else deny("奖补由权益保障、财务和工作室查看")


def can_draft_schemes(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny("奖补办法由权益保障部门起草")


def can_edit_scheme(user: User, scheme: RewardScheme) -> Verdict:
    if not user.holds(Role.MEDIATION_SUPERVISOR, over=scheme):
        return deny("奖补办法由权益保障部门起草")
    return ALLOW if scheme.status == RewardScheme.Status.DRAFT else deny("已施行的办法不能修改，请起草新版本")


def can_approve_scheme(user: User, scheme: RewardScheme) -> Verdict:
    """Finance; never who drafted it."""
    if not user.holds(Role.FINANCE, over=scheme):
        return deny("奖补办法由财务批准")
    if scheme.created_by_id == user.pk:
        return deny("不能批准自己起草的办法")
    return ALLOW if scheme.status == RewardScheme.Status.DRAFT else deny("该办法已批准")


def can_try_schemes(user: User) -> Verdict:
    """What if: with the cases of a year, without writing anything."""
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR, Role.FINANCE) else deny("试算由权益保障部门和财务使用")


def can_compute_statements(user: User) -> Verdict:
    return ALLOW if user.holds(Role.MEDIATION_SUPERVISOR) else deny(NOT_SUPERVISOR)


def can_compute_statement(user: User, statement: RewardStatement) -> Verdict:
    """Anew, as long as it is not frozen."""
    if not user.holds(Role.MEDIATION_SUPERVISOR, over=statement):
        return deny(NOT_SUPERVISOR)
    return deny("结算单已批准冻结，只能看差异") if statement.is_frozen else ALLOW


def can_submit_statement(user: User, statement: RewardStatement) -> Verdict:
    """A quarter that is over."""
    if not (verdict := can_compute_statement(user, statement)):
        return verdict
    if statement.status != Status.DRAFT:
        return deny(f"结算单{statement.get_status_display()}，不能提交")
    today = timezone.localdate()
    if (statement.year, statement.quarter) >= (today.year, (today.month + 2) // 3):
        return deny("季度还没有结束")
    return ALLOW


def can_return_statement(user: User, statement: RewardStatement) -> Verdict:
    """Finance back to the supervisor, or the supervisor's own."""
    if not user.holds(Role.FINANCE, Role.MEDIATION_SUPERVISOR, over=statement):
        return deny("结算单由财务审批")
    return ALLOW if statement.status == Status.CHECKING else deny(f"结算单{statement.get_status_display()}，不能退回")


def can_call_back(user: User, call_back: CallBack) -> Verdict:
    """Somebody of the union who is not of the studio."""
    statement = call_back.line.statement
    if not user.holds(Role.MEDIATION_SUPERVISOR, over=statement):
        return deny("抽查回访由权益保障部门办理")
    if user.holds(Role.MEDIATOR, over=statement):
        return deny("工作室的人不能回访自己办的案件")
    if statement.status != Status.CHECKING:
        return deny(f"结算单{statement.get_status_display()}，不再回访")
    return deny("已经回访") if call_back.result else ALLOW


def can_object(user: User, line: RewardLine) -> Verdict:
    """The studio, to a line of its own, while it is being checked."""
    if not user.holds(Role.MEDIATOR, over=line):
        return deny("异议由工作室提出")
    if line.kind != RewardLine.Kind.CASE:
        return deny("异议针对案件提出")
    if line.statement.status != Status.CHECKING:
        return deny(f"结算单{line.statement.get_status_display()}，不能提异议")
    return deny("已提出异议") if line.objection else ALLOW


def can_answer_objection(user: User, line: RewardLine) -> Verdict:
    if not user.holds(Role.MEDIATION_SUPERVISOR, over=line):
        return deny("异议由权益保障部门答复")
    if line.statement.status != Status.CHECKING:
        return deny(f"结算单{line.statement.get_status_display()}，不再答复")
    return ALLOW if line.is_objected else deny("没有待答复的异议")


def can_approve_statement(user: User, statement: RewardStatement) -> Verdict:
    """Finance, never who submitted it; once the call-backs are made and the objections answered."""
    if not (verdict := can_finance(user, statement, Status.APPROVED, "结算单", "审批")):
        return verdict
    waiting = statement.lines.filter(call_back__isnull=False, call_back__result="").count()
    if waiting:
        return deny(f"还有 {waiting} 件抽查回访没有做")
    ungraded = statement.lines.filter(why_not="等级没有确认").count()
    if ungraded:
        return deny(f"还有 {ungraded} 件没有确认等级")
    if any(line.is_objected for line in statement.lines.all()):
        return deny("还有异议没有答复")
    if statement.total < 0:
        return deny("追回多于奖补，合计不能小于 0")
    return ALLOW


def can_pay_statement(user: User, statement: RewardStatement) -> Verdict:
    return can_finance(user, statement, Status.PAID, "结算单", "发放")
