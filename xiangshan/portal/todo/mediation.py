"""What waits of disputes, for each who deals with them."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q

from mediation.models import HelpRequest, Instalment, MediationCase, RewardLine, RewardScheme, RewardStatement
from mediation.models.cases import of_own_cases
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within
from xiangshan.core.money import as_yuan
from xiangshan.portal.todo.desk import ANSWER_DAYS, SINCE_IT_CAME, Desk

AHEAD = timedelta(days=limits.DEADLINE_SOON_DAYS)
Status = MediationCase.Status


def _cases(
    desk: Desk, code: str, title: str, hint: str, rows: Any, *, due: tuple[str, int] | None, **named: Any
) -> None:
    named = {"about": lambda row: (row.number, row.get_status_display()), "are_all": "status" in named, **named}
    named.setdefault("status", "open")
    desk.offer(
        code,
        title,
        hint,
        rows,
        page="mediation:case_detail",
        due=due,
        text=lambda row: row.subject,
        all_page="mediation:case_list",
        **named,
    )


def _statements(
    desk: Desk, code: str, title: str, hint: str, rows: Any, *, due: tuple[str, int] | None, **named: Any
) -> None:
    desk.offer(
        code,
        title,
        hint,
        rows,
        page="mediation:statement_detail",
        due=due,
        about=lambda row: (as_yuan(row.total),),
        all_page="mediation:statement_list",
        **named,
    )


def of_handler(user: User, desk: Desk) -> None:
    """A studio's, or all of them: calls, cases whose turn it is, and money that is late."""
    offer = partial(_cases, desk)
    desk.offer(
        "help",
        "有人求助",
        "请马上打电话",
        HelpRequest.objects.visible_to(user).waiting(),
        action="接案",
        page="mediation:help_detail",
        due=("asked_at", 0),
        text=lambda row: f"{row.area} {row.get_kind_display()}",
        about=lambda row: (row.studio or "待指定工作室", row.get_status_display()),
        all_page="mediation:help_list",
    )
    reach = Q(studio__in=user.scope(Role.MEDIATOR)) | within(user.scope(Role.MEDIATION_SUPERVISOR))
    cases = MediationCase.objects.filter(reach).for_list()
    offer(
        "respond",
        "待响应",
        "刚接到的案件，请尽快联系当事人",
        cases.filter(status=Status.RECEIVED).order_by("received_at", "pk"),
        action="记录响应",
        due=("received_at", 0),
        status=Status.RECEIVED,
    )
    soon = cases.due_within(AHEAD.days).exclude(status=Status.RECEIVED)
    offer(
        "deadline",
        "期限将到",
        f"法定期限或协议付款，{limits.DEADLINE_SOON_DAYS} 天内到期或已过",
        soon.order_by("next_due_on", "pk"),
        action="办理",
        due=("next_due_on", 0),
        about=lambda row: (row.number, row.next_due_text),
    )
    late = Instalment.objects.filter(of_own_cases(user, "agreement__case")).overdue()
    desk.offer(
        "instalment",
        "协议付款逾期",
        "请联系用人单位；可帮职工申请支付令",
        late,
        action="跟进",
        page="mediation:case_detail",
        due=("due_on", 0),
        text=lambda row: as_yuan(row.left),
        about=lambda row: (row.agreement.case.number, f"{row.due_on:%Y-%m-%d} 应付"),
        key=lambda row: row.agreement.case_id,
        part="#agreement",
    )
    rest = cases.exclude(next_due_on__lte=desk.today + AHEAD)
    offer(
        "close",
        "待结案",
        "已有结果或已履行，回访双方后结案",
        rest.filter(status__in=(Status.FULFILLED, Status.FAILED, Status.WITHDRAWN, Status.REFERRED)),
        action="结案",
        due=("concluded_on", ANSWER_DAYS),
    )
    open_now = rest.in_work().exclude(status__in=(Status.RECEIVED, Status.FULFILLED))
    offer(
        "unled",
        "没有主办",
        "请指派主办调解员",
        open_now.filter(lead_mediator__isnull=True),
        action="指派",
        due=("received_at", 1),
    )
    offer(
        "in_work",
        "办理中",
        "未结案的案件",
        open_now.filter(lead_mediator__isnull=False),
        action="办理",
        due=("next_due_on", 0),
    )
    _statements(
        desk,
        "statement_check",
        "奖补待核对",
        "有异议请在批准前提出",
        RewardStatement.objects.filter(
            status=RewardStatement.Status.CHECKING, studio__in=user.scope(Role.MEDIATOR)
        ).for_page(),
        action="核对",
        due=("requested_at", ANSWER_DAYS),
        status="checking",
    )


def of_supervisor(user: User, desk: Desk) -> None:
    areas = user.scope(Role.MEDIATION_SUPERVISOR)
    cases = MediationCase.objects.filter(within(areas)).for_list()
    _cases(
        desk,
        "grade",
        "等级待确认",
        "请按定级标准确认",
        cases.filter(graded_by__isnull=True).exclude(grade="").exclude(grade_proposed_by=user),
        action="确认",
        due=None,
    )
    statements = RewardStatement.objects.filter(within(areas, "studio__area")).for_page().order_by("pk")
    offer = partial(_statements, desk)
    offer(
        "statement_submit",
        "结算单待提交",
        "请核对后提交核查",
        statements.filter(status=RewardStatement.Status.DRAFT),
        action="提交",
        due=SINCE_IT_CAME,
        status="draft",
    )
    drawn = Count("lines__call_back", filter=Q(lines__call_back__result=""))
    offer(
        "call_back",
        "抽查回访",
        "回访后财务才能审批",
        statements.filter(status=RewardStatement.Status.CHECKING).annotate(drawn=drawn).filter(drawn__gt=0),
        action="回访",
        due=("requested_at", ANSWER_DAYS),
        status="checking",
        are_all=False,
    )
    objected = RewardLine.objects.filter(
        within(areas, "statement__studio__area"), statement__status=RewardStatement.Status.CHECKING
    )
    desk.offer(
        "objection",
        "奖补异议",
        "请答复",
        objected.exclude(objection="")
        .filter(objection_answer="")
        .select_related("statement__studio", "case")
        .order_by("pk"),
        action="答复",
        page="mediation:statement_detail",
        due=None,
        text=lambda row: row.case,
        about=lambda row: (row.statement.studio, row.objection),
        key=lambda row: row.statement_id,
    )


def of_finance(user: User, desk: Desk) -> None:
    areas = user.scope(Role.FINANCE)
    desk.offer(
        "scheme",
        "奖补办法待批准",
        "请核对金额",
        RewardScheme.objects.filter(within(areas), status=RewardScheme.Status.DRAFT)
        .exclude(created_by=user)
        .order_by("pk"),
        action="批准",
        page="mediation:scheme_detail",
        due=SINCE_IT_CAME,
        all_page="mediation:scheme_list",
        are_all=False,
    )
    statements = RewardStatement.objects.filter(within(areas, "studio__area")).for_page().order_by("pk")
    offer = partial(_statements, desk)
    offer(
        "statement_approve",
        "奖补待审批",
        "抽查和异议办完后审批",
        statements.filter(status=RewardStatement.Status.CHECKING)
        .exclude(requested_by=user)
        .exclude(pk__in=RewardLine.objects.filter(call_back__result="").values("statement"))
        .exclude(pk__in=RewardLine.objects.exclude(objection="").filter(objection_answer="").values("statement")),
        action="审批",
        due=("requested_at", ANSWER_DAYS),
        status="checking",
        are_all=False,
    )
    offer(
        "statement_pay",
        "奖补待发放",
        "已批准，发放后登记凭证",
        statements.filter(status=RewardStatement.Status.APPROVED),
        action="登记发放",
        due=("approved_at", ANSWER_DAYS),
        status="approved",
    )
