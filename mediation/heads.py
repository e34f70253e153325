"""What stands above a case or a reward statement: what its reader may do. Its steps are its clock (templates/mediation/_case_clock.html)."""

from collections.abc import Mapping
from typing import Any

from mediation.models import MediationCase, RewardStatement
from xiangshan.shared.approved_payments import REQUESTED
from xiangshan.shared.record_heads import RecordHead, action, head_of, steps_of

Status = MediationCase.Status
Reward = RewardStatement.Status


def case_head(case: MediationCase, can: Mapping[str, Any]) -> RecordHead:
    """From the verdicts of its page: what comes next first, whatever is rare under 更多."""
    pk, edits, status = case.pk, can["can_edit"], case.status

    def rare(label: str, page: str, *args: Any, when: Any = True) -> Any:
        return action(label, page, pk, *args, when=edits and when)

    agree = action(
        "更换协议" if status == Status.AGREED else "达成协议", "mediation:case_agree", pk, when=can["can_agree"]
    )
    close = action("结案", "mediation:case_close", pk, when=can["can_close"])
    follow = action("记录经过", "mediation:case_event", pk, icon="pencil", when=can["can_follow"])
    return head_of(
        case.number,
        (status, case.get_status_display()),
        next_steps=[
            action("记录响应", "mediation:case_respond", pk, icon="telephone", when=can["can_respond"]),
            action("受理", "mediation:case_accept", pk, when=can["can_accept"]),
            follow if status == Status.MEDIATING else None,  # what is done most while a case is mediated
            agree if status == Status.MEDIATING else None,
            action("确认等级", "mediation:case_confirm_grade", pk, posts=True, when=can["can_confirm_grade"]),
            close if status != Status.AGREED else None,
            follow if status != Status.MEDIATING else None,
            action("重新办理", "mediation:case_reopen", pk, when=not edits and can["can_reopen"]),
        ],
        others=[
            action("到达现场", "mediation:case_arrive", pk, when=can["can_arrive"]),
            agree if status != Status.MEDIATING else None,
            close if status == Status.AGREED else None,
            rare("更新案情", "mediation:case_edit"),
            rare("调解不成或撤回", "mediation:case_conclude", when=can["can_conclude"]),
            rare("转介仲裁、监察或法律援助", "mediation:case_refer", when=can["can_refer"]),
            rare("不予受理", "mediation:case_refuse", when=can["can_accept"]),
            rare("期限中止", "mediation:case_pause", when=can["can_pause"]),
            rare("恢复计算期限", "mediation:case_resume", when=can["can_resume"]),
            rare("交接主办" if case.lead_mediator_id else "指派主办", "mediation:case_lead", when=can["can_assign"]),
            rare("增加共同调解", "mediation:case_member", when=can["can_assign"]),
            rare("移交其他工作室", "mediation:case_transfer", when=can["can_transfer"]),
            rare("申请回避", "mediation:case_stand_back", when=can["can_stand_back"]),
            rare("隐名卷宗（PDF）", "mediation:case_summary", "pdf"),
        ],
    )


def statement_head(statement: RewardStatement, can: Mapping[str, Any]) -> RecordHead:
    pk, turn = statement.pk, statement.turn
    if statement.status == Reward.CHECKING and not can["can_approve"]:
        turn = f"{turn}（{can['can_approve'].reason}）"
    return head_of(
        f"{statement} {statement.number}".strip(),
        (statement.status, statement.get_status_display()),
        turn=turn,
        waits=statement if statement.status != Reward.PAID else None,
        steps=steps_of(
            Reward.choices,
            [Reward.DRAFT, Reward.CHECKING, Reward.APPROVED, Reward.PAID],
            statement.status,
            days={**statement.step_days, Reward.CHECKING: statement.step_days[REQUESTED]},
        ),
        next_steps=[
            action("提交核查", "mediation:statement_submit", pk, posts=True, when=can["can_submit"]),
            action("批准", "mediation:statement_approve", pk, posts=True, when=can["can_approve"]),
            action("登记发放", "mediation:statement_pay", pk, when=can["can_pay"]),
        ],
        others=[
            action("重新计算", "mediation:statement_compute", pk, posts=True, when=can["can_compute"]),
            action("退回修改", "mediation:statement_return", pk, when=can["can_return"]),
            action("结算单 PDF", "mediation:statement_document", pk, "pdf"),
            action("结算单 Word", "mediation:statement_document", pk, "docx"),
        ],
    )
