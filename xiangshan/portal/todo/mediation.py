"""What waits of disputes, for each who deals with them. Whatever is empty is left out, but for calls nobody answered."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db.models import Count, Q
from django.utils import timezone

from mediation.models import HelpRequest, Instalment, MediationCase, RewardLine, RewardScheme, RewardStatement
from mediation.models.cases import of_own_cases
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within

AHEAD = timedelta(days=limits.DEADLINE_SOON_DAYS)


def of_handler(user: User, add: Callable[..., None]) -> None:
    """A studio's, or all of them: calls first, then days that come up, then money that is late."""
    offer = partial(add, shown_always=False)
    asked = HelpRequest.objects.visible_to(user).waiting()
    offer("有人求助", "请马上打电话", asked, "todo/_help.html")
    reach = Q(studio__in=user.scope(Role.MEDIATOR)) | within(user.scope(Role.MEDIATION_SUPERVISOR))
    cases = MediationCase.objects.filter(reach).for_list()
    waiting = cases.filter(status=MediationCase.Status.RECEIVED).order_by("received_at", "pk")
    add("待响应", "刚接到的案件，请尽快联系当事人", waiting, "todo/_case.html")
    due = cases.due_within(AHEAD.days).order_by("next_due_on", "pk")
    offer("期限将到", f"法定期限或协议付款，{limits.DEADLINE_SOON_DAYS} 天内到期或已过", due, "todo/_case_due.html")
    late = Instalment.objects.filter(of_own_cases(user, "agreement__case")).overdue()
    offer("协议付款逾期", "请联系用人单位；可帮职工申请支付令", late, "todo/_instalment.html")
    offer("已履行待结案", "请回访双方后结案", cases.filter(status=MediationCase.Status.FULFILLED), "todo/_case.html")
    ended = cases.filter(
        status__in=(MediationCase.Status.FAILED, MediationCase.Status.WITHDRAWN, MediationCase.Status.REFERRED)
    )
    offer("待结案", "已有结果，请结案", ended, "todo/_case.html")
    unled = cases.in_work().filter(lead_mediator__isnull=True).exclude(status=MediationCase.Status.RECEIVED)
    offer("没有主办", "请指派主办调解员", unled, "todo/_case.html")
    statements = RewardStatement.objects.filter(
        status=RewardStatement.Status.CHECKING, studio__in=user.scope(Role.MEDIATOR)
    )
    offer("奖补待核对", "有异议请在批准前提出", statements.for_page().order_by("pk"), "todo/_statement.html")
    rest = (
        cases.in_work()
        .exclude(status=MediationCase.Status.RECEIVED)
        .exclude(next_due_on__lte=timezone.localdate() + AHEAD)
    )
    add("办理中", "未结案的案件", rest, "todo/_case.html")


def of_supervisor(user: User, add: Callable[..., None]) -> None:
    offer = partial(add, shown_always=False)
    areas = user.scope(Role.MEDIATION_SUPERVISOR)
    cases = MediationCase.objects.filter(within(areas)).for_list()
    proposed = cases.filter(graded_by__isnull=True).exclude(grade="").exclude(grade_proposed_by=user)
    offer("等级待确认", "请按定级标准确认", proposed, "todo/_case.html")
    statements = RewardStatement.objects.filter(within(areas, "studio__area")).for_page()
    offer(
        "结算单待提交",
        "请核对后提交核查",
        statements.filter(status=RewardStatement.Status.DRAFT).order_by("pk"),
        "todo/_statement.html",
    )
    drawn = Count("lines__call_back", filter=Q(lines__call_back__result=""))
    calls = statements.filter(status=RewardStatement.Status.CHECKING).annotate(drawn=drawn).filter(drawn__gt=0)
    offer("抽查回访", "回访后财务才能审批", calls.order_by("pk"), "todo/_statement.html")
    objected = RewardLine.objects.filter(
        within(areas, "statement__studio__area"), statement__status=RewardStatement.Status.CHECKING
    )
    objected = objected.exclude(objection="").filter(objection_answer="").select_related("statement__studio", "case")
    offer("奖补异议", "请答复", objected.order_by("pk"), "todo/_reward_line.html")


def of_finance(user: User, add: Callable[..., None]) -> None:
    offer = partial(add, shown_always=False)
    areas = user.scope(Role.FINANCE)
    schemes = (
        RewardScheme.objects.filter(within(areas), status=RewardScheme.Status.DRAFT)
        .exclude(created_by=user)
        .order_by("pk")
    )
    offer("奖补办法待批准", "请核对金额", schemes, "todo/_scheme.html")
    statements = RewardStatement.objects.filter(within(areas, "studio__area")).for_page().order_by("pk")
    ready = statements.filter(status=RewardStatement.Status.CHECKING).exclude(requested_by=user)
    offer("奖补待审批", "抽查和异议办完后审批", ready, "todo/_statement.html")
    offer(
        "奖补待发放",
        "已批准，发放后登记凭证",
        statements.filter(status=RewardStatement.Status.APPROVED),
        "todo/_statement.html",
    )
