from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.metrics.rules import can_read_figures
from xiangshan.portal.todo.desk import URGENCIES
from xiangshan.portal.todo.navigation import COUNT_KEPT_FOR
from xiangshan.portal.todo.selectors import waiting_for

# What one does most, said on the first visit.
SECOND_STEPS = {
    Role.ORG_LEADER: "活动结束后点“待上报”里的这一场，填人次、拍照、提交；没有网络时用“现场登记”。",
    Role.MEDIATOR: "接到电话点“接案”，记一笔就行，其余以后再补；每一步都写着法定期限。",
    Role.COUNTY_STAFF: "点“逐条核实”看组织上报的场次；合同、项目、组织都在左边菜单里。",
    Role.TOWN_STAFF: "点“逐条核实”看本镇街组织上报的场次；组织和点单都在左边菜单里。",
    Role.MEDIATION_SUPERVISOR: "案件、响应快慢和奖补结算都在左边菜单里；待您确认的等级在待办里。",
    Role.FINANCE: "点“审批”核对条件和金额，付款后“登记付款”，填凭证号。",
    Role.LEADERSHIP: "“数据总览”里每个数字都能点开，看它由哪些记录组成。",
    Role.AUDITOR: "“变更记录”列出谁在什么时候把什么改成了什么。",
    Role.ADMINISTRATOR: "“设置”列出还要办的事；开通账号在“用户与任职”里。",
}


@require_GET
def todo_list(request: PortalRequest) -> HttpResponse:
    """待办: everyone's first page, what waits for them by urgency; ?kind= and ?when= narrow it down."""
    user = request.user
    desk = waiting_for(user)
    cache.set(f"todo:{user.pk}", desk.count, COUNT_KEPT_FOR)
    kind = next((one for one in desk.kinds if one.code == request.GET.get("kind")), None)
    when = request.GET.get("when", "")
    context = {
        "desk": desk,
        "urgencies": desk.urgencies(kind.code if kind else "", when if when in URGENCIES else ""),
        "kind": kind,
        "can_verify_now": any(one.code == "verify" for one in desk.kinds),
        "can_plan": session_rules.can_plan_sessions(user),
        "can_read_figures": can_read_figures(user),
        "is_administrator": user.holds(Role.ADMINISTRATOR),
        "posts": user.posts_today,
        "second_step": next((text for role, text in SECOND_STEPS.items() if user.holds(role)), ""),
    }
    return render(request, "todo/todo_list.html", context)
