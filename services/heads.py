"""What stands above a contract, session, procurement, request, payment or acceptance: its steps, whose turn it is, and what its reader may do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from services.delivery import Progress
from services.models import Acceptance, ActivitySession, Payment, Procurement, ServiceContract, ServiceRequest
from xiangshan.core import limits
from xiangshan.core.money import as_yuan
from xiangshan.shared.curves import Curve
from xiangshan.shared.record_heads import Bar, RecordHead, action, head_of, steps_of

Contract = ServiceContract.Status
Session = ActivitySession.Status
Call = Procurement.Status
Wish = ServiceRequest.Status
Pay = Payment.Status
Taken = Acceptance.Status


def contract_head(contract: ServiceContract, can: Mapping[str, Any]) -> RecordHead:
    """From the verdicts, the delivery and the money of its page."""
    pk, delivery, money = contract.pk, can["delivery"].delivery, can["money"]
    progress = delivery.progress
    bars = [
        Bar(
            "已核实场次",
            progress.delivered,
            progress.quota or 1,
            f"{progress.delivered} / {progress.quota} 场，时间已过 {progress.time_share:.0%}",
        )
    ]
    if delivery.target_workers:
        text = f"{delivery.workers:,} / {delivery.target_workers:,} 人次"
        bars.append(Bar("服务人次", min(delivery.workers, delivery.target_workers), delivery.target_workers, text))
    if money:
        accepted = can["accepted"]
        bars.append(Bar("已验收场次", accepted, progress.quota or 1, f"{accepted} / {progress.quota} 场"))
        text = f"{as_yuan(money.paid)} / {as_yuan(money.payable)}"
        bars.append(Bar("已付款", money.paid, money.payable or 1, text))
    moves = dict(can["moves"])

    def move(status: Contract) -> Any:
        label = moves.get(status.value, "")
        return action(label, "services:contract_move", pk, query=f"?to={status.value}", when=label)

    return head_of(
        contract.title,
        (contract.status, contract.get_status_display()),
        turn=contract_turn(contract, can),
        waits=contract if contract.status not in (Contract.SETTLED, Contract.TERMINATED) else None,
        steps=steps_of(
            Contract.choices,
            [Contract.DRAFT, Contract.SIGNED, Contract.RUNNING, Contract.ACCEPTED, Contract.SETTLED],
            contract.status,
            days={Contract.SIGNED: contract.signed_on},
            ends_with=[Contract.TERMINATED],
        ),
        bars=bars if contract.status != Contract.DRAFT else [],
        curve=_contract_curve(contract, progress),
        next_steps=[
            move(Contract.SIGNED),
            move(Contract.RUNNING),
            action("排期", "services:contract_series", pk, icon="calendar-event", when=can["can_plan"]),
            action("修改草稿", "services:contract_edit", pk, icon="pencil", when=can["can_edit"]),
        ],
        others=[
            action("下任务单", "services:contract_new", query=f"?framework={pk}", when=can["can_order"]),
            action("变更协议", "services:contract_amend", pk, when=can["can_amend"]),
            action("续签下一年", "services:contract_renew", pk, posts=True, when=can["can_renew"]),
            action("全部场次", "services:session_list", query=f"?contract={pk}&totals=1"),
            action("日历", "services:calendar", query=f"?contract={pk}"),
            action("数据", "dashboard", query=f"?contract={pk}&year={contract.starts_on.year}"),
            action("合同 Word", "services:contract_document", pk, "docx", when=can["see_money"]),
            action("合同 PDF", "services:contract_document", pk, "pdf", when=can["see_money"]),
            move(Contract.TERMINATED),
        ],
    )


def _contract_curve(contract: ServiceContract, progress: Progress) -> Curve | None:
    """What is delivered over the term, from the day a contract binds; a framework delivers by its task orders."""
    if contract.status == Contract.DRAFT or not progress.quota:
        return None
    filled = ActivitySession.objects.filter(contract_line__contract=contract, line_unit__isnull=False)
    days = list(filled.values_list("held_on", flat=True))
    return Curve(contract.starts_on, contract.ends_on, progress.quota, days, progress.today)


def contract_turn(contract: ServiceContract, can: Mapping[str, Any]) -> str:
    """Whose turn it is, until when, and what comes next."""
    left = (contract.ends_on - timezone.localdate()).days
    until = f"履行到 {contract.ends_on:%Y-%m-%d}" + (f"，还有 {left} 天" if left >= 0 else f"，已过 {-left} 天")
    sentences = {
        Contract.DRAFT: "等县总工会核对后登记签订",
        Contract.SIGNED: "已签订，等县总工会登记开始履行",
        Contract.RUNNING: f"等承接组织举办并上报活动，{until}；之后由县总工会验收",
        Contract.ACCEPTED: "已验收，等财务付清余款",
        Contract.SETTLED: "已结清，没有要办的事",
        Contract.TERMINATED: "已终止",
    }
    text = sentences[Contract(contract.status)]
    if contract.status == Contract.DRAFT and can["can_edit"] and not can["can_sign"]:
        return f"还不能登记签订：{can['can_sign'].reason}"
    if contract.status == Contract.RUNNING and left < 0:
        return f"等县总工会验收，{until}"
    return text


def session_head(session: ActivitySession, can: Mapping[str, Any]) -> RecordHead:
    pk = session.pk
    rehearses = can["can_rehearse"] and session.rehearsal_required
    order = [Session.PLANNED, Session.HELD, Session.SUBMITTED, Session.VERIFIED]
    if session.rehearsal_required:
        order.insert(1, Session.REHEARSED)
    return head_of(
        session.title,
        (session.status, session.get_status_display()),
        turn=session_turn(session, can),
        waits=session if session.status == Session.RETURNED else None,
        steps=steps_of(
            Session.choices,
            order,
            session.status,
            days={
                Session.HELD: session.held_on if session.held_on <= timezone.localdate() else None,
                Session.SUBMITTED: session.submitted_at and timezone.localdate(session.submitted_at),
                Session.VERIFIED: session.verified_at and timezone.localdate(session.verified_at),
            },
            standing_at={Session.RETURNED: Session.SUBMITTED}
            | ({} if session.rehearsal_required else {Session.REHEARSED: Session.PLANNED}),
            ends_with=session.VOID,
        ),
        next_steps=[
            action("上报", "services:session_report", pk, icon="check2-circle", when=can["can_report"]),
            action("核实", "services:session_verify", pk, posts=True, icon="check2-circle", when=can["can_verify"]),
            action("登记试讲", "services:session_rehearse", pk, when=rehearses),
            action("签到码", "services:session_code", pk, icon="qr-code", when=can["can_show_code"]),
        ],
        others=[
            action("退回修改", "services:session_return", pk, when=can["can_return"]),
            action("修改", "services:session_edit", pk, icon="pencil", when=can["can_edit"]),
            action("安排试讲", "services:session_rehearse_plan", pk, when=rehearses),
            action("录入名单", "services:session_sign_ins", pk, when=can["can_list_sign_ins"]),
            action("取消活动", "services:session_cancel", pk, when=can["can_cancel"]),
            action("作废", "services:session_delete", pk, when=can["can_delete"]),
        ],
    )


def session_turn(session: ActivitySession, can: Mapping[str, Any]) -> str:
    if session.status == Session.SUBMITTED:
        came = session.submitted_at and timezone.localtime(session.submitted_at)
        since = f"自 {came:%Y-%m-%d %H:%M} 起等工会核实" if came else "等工会核实"
        return since if can["can_verify"] else f"{since}（{can['can_verify'].reason}）"
    if session.status == Session.RETURNED:
        return "等社会组织按意见修改后重新上报"
    if session.status == Session.VERIFIED:
        return "已核实，计入统计"
    if session.status in session.VOID:
        return f"活动{session.get_status_display()}，不计入统计"
    today = timezone.localdate()
    if session.held_on > today:
        return f"{session.held_on:%Y-%m-%d} 举办，之后 {limits.REPORT_DAYS} 天内由社会组织上报"
    late = (today - session.held_on).days
    return "等社会组织上报" + (f"，已过去 {late} 天" if late else "，今天举办")


def procurement_head(procurement: Procurement, can: Mapping[str, Any]) -> RecordHead:
    pk = procurement.pk
    decided = procurement.status == Call.DECIDED
    return head_of(
        procurement.title,
        (procurement.status, procurement.get_status_display()),
        turn=procurement.turn,
        waits=procurement if procurement.status in (Call.DRAFT, Call.OPEN, Call.SCORING) else None,
        steps=steps_of(
            Call.choices,
            [Call.DRAFT, Call.OPEN, Call.SCORING, Call.DECIDED],
            procurement.status,
            days={Call.DECIDED: procurement.decided_on},
            ends_with=[Call.FAILED, Call.CANCELLED],
        ),
        next_steps=[
            action("发布", "services:procurement_open", pk, posts=True, when=can["can_open"]),
            action("开标", "services:procurement_close", pk, posts=True, when=can["can_close"]),
            action("评分", "services:procurement_score", pk, when=can["can_score"]),
            action("定标", "services:procurement_decide", pk, when=can["can_decide"]),
            action("起草合同", "services:contract_new", query=f"?procurement={pk}", when=can["can_contract"]),
            action("修改草稿", "services:procurement_edit", pk, icon="pencil", when=can["can_edit"]),
        ],
        others=[
            action("更换评审人", "services:procurement_replace", pk, when=can["can_replace"]),
            action("结果通知 PDF", "services:procurement_document", pk, "pdf", when=decided),
            action("结果通知 Word", "services:procurement_document", pk, "docx", when=decided),
            action("流标", "services:procurement_end", pk, query="?to=failed", when=can["can_fail"]),
            action("取消采购", "services:procurement_end", pk, query="?to=cancelled", when=can["can_cancel"]),
        ],
    )


def request_head(wanted: ServiceRequest, can: Mapping[str, Any]) -> RecordHead:
    pk, can_triage = wanted.pk, can["can_triage"]
    takes_back = wanted.status == Wish.MATCHED
    return head_of(
        wanted,
        (wanted.status, wanted.get_status_display()),
        turn=f"{wanted.turn}：{wanted.answer}" if wanted.answer else wanted.turn,
        waits=wanted if wanted.status in (Wish.ACCEPTED, Wish.MATCHED) else None,
        steps=steps_of(
            Wish.choices,
            [Wish.NEW, Wish.ACCEPTED, Wish.MATCHED, Wish.SCHEDULED, Wish.DONE],
            wanted.status,
            days={Wish.NEW: wanted.asked_on, Wish.SCHEDULED: wanted.session.held_on if wanted.session else None},
            ends_with=[Wish.DECLINED, Wish.WITHDRAWN],
        ),
        next_steps=[
            action("约定时间", "services:request_schedule", pk, when=can["can_schedule"]),
            action("受理", "services:request_accept", pk, posts=True, when=can_triage and wanted.status == Wish.NEW),
        ],
        others=[
            action("收回重新安排", "services:request_accept", pk, posts=True, when=can_triage and takes_back),
            action("列入采购", "services:request_procure", pk, when=can_triage and can["can_procure"]),
            action("不受理", "services:request_decline", pk, when=can_triage),
        ],
    )


def payment_head(payment: Payment, can: Mapping[str, Any]) -> RecordHead:
    pk = payment.pk
    return head_of(
        f"付款 {as_yuan(payment.amount)}",
        (payment.status, payment.get_status_display()),
        turn=payment.turn,
        steps=steps_of(
            Pay.choices,
            [Pay.REQUESTED, Pay.APPROVED, Pay.PAID],
            payment.status,
            days=payment.step_days,
            standing_at={Pay.RETURNED: Pay.REQUESTED},
            ends_with=[Pay.WITHDRAWN],
        ),
        next_steps=[
            action(
                "审批通过", "services:payment_approve", pk, posts=True, icon="check2-circle", when=can["can_approve"]
            ),
            action("登记付款", "services:payment_pay", pk, when=can["can_pay"]),
            action("修改并重新提交", "services:payment_revise", pk, icon="pencil", when=can["can_revise"]),
        ],
        others=[
            action("退回修改", "services:payment_return", pk, when=can["can_return"]),
            action("撤回", "services:payment_withdraw", pk, posts=True, when=can["can_withdraw"]),
        ],
    )


def acceptance_head(acceptance: Acceptance, can: Mapping[str, Any]) -> RecordHead:
    pk = acceptance.pk
    signing = [
        action(f"代表{label}签字", "services:acceptance_sign", pk, posts=True, icon="pencil", party=party)
        for party, label in can["signing"]
    ]
    return head_of(
        acceptance,
        (acceptance.status, acceptance.get_status_display()),
        turn=acceptance.turn,
        steps=steps_of(
            Taken.choices,
            [Taken.OPEN, Taken.DECIDED, Taken.SIGNED],
            acceptance.status,
            days={Taken.OPEN: acceptance.opened_on, Taken.DECIDED: acceptance.decided_on},
            ends_with=[Taken.CANCELLED],
        ),
        next_steps=[
            action("选择场次", "services:acceptance_choose", pk, when=can["can_choose"] and not can["chosen"]),
            action("决定验收", "services:acceptance_decide", pk, when=can["can_decide"]),
            *signing,
            action("选择场次", "services:acceptance_choose", pk, when=can["can_choose"] and can["chosen"]),
        ],
        others=[
            action("验收单 PDF", "services:acceptance_document", pk, "pdf"),
            action("验收单 Word", "services:acceptance_document", pk, "docx"),
            action("作废", "services:acceptance_cancel", pk, when=can["can_cancel"]),
        ],
    )
