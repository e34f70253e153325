"""What stands on the documents of this app: the agreement, applications prefilled from it, a redacted file, statements."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from mediation.models import Agreement, CaseEvent, MediationCase, Party, RewardStatement
from mediation.redaction import redact, stand_ins
from xiangshan.core.money import as_yuan
from xiangshan.shared.formatting import in_words, signatures_of, yuan_in_full
from xiangshan.shared.rendering import Section

PAPERS = {"agreement": "调解协议书", "confirmation": "司法确认申请书", "payment-order": "支付令申请书"}


def _people(parties: Sequence[Party], sides: tuple[str, ...]) -> str:
    items = []
    for party in parties:
        if party.side in sides:
            more = [
                f"电话 {party.phone}" if party.phone else "",
                f"身份证号 {party.id_number}" if party.id_number else "",
            ]
            items.append(f"{party.name}（{'、'.join(word for word in more if word) or '—'}）")
    return "\n".join(items) or "—"


def _facts(case: MediationCase, parties: Sequence[Party]) -> list[tuple[str, str]]:
    return [
        ("职工方", _people(parties, Party.WORKER_SIDE)),
        ("用人单位", str(case.employer or "—")),
        ("单位方人员", _people(parties, (Party.Side.EMPLOYER, Party.Side.AGENT))),
        ("争议类型", str(case.get_kind_display())),
        ("事由", case.subject),
    ]


def _plan(agreement: Agreement) -> list[Section]:
    rows = [
        (f"第 {n} 期", in_words(one.due_on), as_yuan(one.amount), as_yuan(one.paid))
        for n, one in enumerate(agreement.instalments.all(), 1)
    ]
    return [Section("付款安排", heads=("期次", "应付日期", "金额", "已付"), rows=rows)] if rows else []


def agreement_sections(case: MediationCase, agreement: Agreement, parties: Sequence[Party]) -> list[Section]:
    """调解协议书 (企业劳动争议协商调解规定 art. 26: parties, dispute, result, signatures, the mediators and the seal)."""
    amount = [("协议金额", yuan_in_full(case.amount_agreed))] if case.amount_agreed else []
    return [
        Section("当事人", facts=_facts(case, parties)),
        Section(
            "协议内容",
            facts=[
                ("签订日期", in_words(agreement.signed_on)),
                ("生效日期", in_words(agreement.effective_on)),
                *amount,
            ],
            text=agreement.terms,
        ),
        *_plan(agreement),
        Section(
            "说明",
            text="本协议对双方具有约束力，应当履行。双方可以自协议生效之日起十五日内共同申请仲裁审查，"
            "或者三十日内共同申请司法确认；因支付拖欠劳动报酬、工伤医疗费、经济补偿或者赔偿金达成协议，"
            "单位在约定期限内不履行的，职工可以持本协议书依法向人民法院申请支付令（劳动争议调解仲裁法第十六条）。",
        ),
        signatures_of(("职工方", ""), ("用人单位", str(case.employer or "")), None),
        Section("", text=f"调解员（签字）：\n\n{case.studio}（盖章）\n{in_words(None)}"),
    ]


def confirmation_sections(case: MediationCase, agreement: Agreement, parties: Sequence[Party]) -> list[Section]:
    """司法确认申请书, by both together."""
    return [
        Section("申请人", facts=_facts(case, parties)),
        Section(
            "请求事项",
            text=f"请求确认双方于 {in_words(agreement.signed_on)} 在 {case.studio} 主持下达成的调解协议"
            f"（{case.number}）有效。",
        ),
        Section(
            "事实与理由",
            text=f"双方因{case.get_kind_display()}发生争议，经调解自愿达成协议，"
            f"协议于 {in_words(agreement.effective_on)} 生效。内容如下：\n{agreement.terms}",
        ),
        *_plan(agreement),
        signatures_of(("申请人（职工）", ""), ("申请人（用人单位）", str(case.employer or "")), None),
    ]


def payment_order_sections(case: MediationCase, agreement: Agreement, parties: Sequence[Party]) -> list[Section]:
    """支付令申请书: for what is due and was not paid."""
    late = [instalment for instalment in agreement.instalments.all() if instalment.state == "late"]
    owed = sum((item.left for item in late), start=type(case.amount_agreed)(0))
    return [
        Section("当事人", facts=_facts(case, parties)),
        Section("请求事项", text=f"请求向被申请人发出支付令，支付到期未付款项{yuan_in_full(owed)}。"),
        Section(
            "事实与理由",
            text=f"双方于 {in_words(agreement.signed_on)} 在 {case.studio} 主持下达成调解协议（{case.number}），"
            "被申请人没有在约定期限内履行下列款项。依据劳动争议调解仲裁法第十六条提出申请。",
        ),
        Section(
            "到期未付",
            heads=("应付日期", "应付", "已付", "未付"),
            rows=[
                (in_words(item.due_on), as_yuan(item.amount), as_yuan(item.paid), as_yuan(item.left)) for item in late
            ]
            or [("没有到期未付的款项", "—", "—", "—")],
        ),
        Section("", text=f"申请人（签字）：\n\n{in_words(None)}", keep_together=True),
    ]


WRITE = {
    "agreement": agreement_sections,
    "confirmation": confirmation_sections,
    "payment-order": payment_order_sections,
}


def redacted_sections(case: MediationCase, parties: Sequence[Party], events: Sequence[CaseEvent]) -> list[Section]:
    """卷宗摘要(已隐名), for supervision: whoever is named has a stand-in, the same throughout."""
    aliases = stand_ins(
        [(party.side, party.name, party.phone, party.id_number) for party in parties], str(case.employer or "")
    )
    agreement = next((item for item in case.agreements.all() if item.is_current), None)
    names = "、".join(aliases[party.name] for party in parties if party.name) or "—"
    return [
        Section(
            "案件",
            facts=[
                ("案号", case.number),
                ("工作室", str(case.studio)),
                ("当事人", names),
                ("用人单位", "某单位" if case.employer else "—"),
                ("争议类型", str(case.get_kind_display())),
                ("事由", redact(case.subject, aliases)),
                ("涉及职工", f"{case.workers} 人"),
                (
                    "涉及 / 协议 / 已付",
                    " / ".join(map(as_yuan, (case.amount_involved, case.amount_agreed, case.amount_paid))),
                ),
                ("接案", f"{timezone.localtime(case.received_at):%Y-%m-%d %H:%M}"),
                (
                    "结果",
                    f"{case.get_outcome_display() or '未结束'}{f',{case.closed_on} 结案' if case.closed_on else ''}",
                ),
            ],
        ),
        *([Section("协议内容", text=redact(agreement.terms, aliases))] if agreement else []),
        Section(
            "办案经过",
            heads=("时间", "种类", "内容"),
            rows=[
                (
                    f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
                    str(event.get_kind_display()),
                    redact(event.text, aliases) or "—",
                )
                for event in events
            ]
            or [("—", "—", "—")],
        ),
        Section("经验与启示", text=redact(case.lessons, aliases) or "—"),
    ]


def statement_sections(statement: RewardStatement, lines: Sequence[Any]) -> list[Section]:
    """奖补结算单: each line with its parts; no party is named."""
    rows = [
        (
            line.case.number if line.case else str(line.get_kind_display()),
            line.case.get_grade_display() if line.case else "",
            "；".join(f"{label} {as_yuan(amount)}" for label, amount in line.shown_parts) or line.why_not,
            as_yuan(line.amount),
        )
        for line in lines
    ]
    return [
        Section(
            "结算",
            facts=[
                ("结算单号", statement.number),
                ("工作室", str(statement.studio)),
                ("期间", f"{statement.year} 年第 {statement.quarter} 季度"),
                ("依据", str(statement.scheme)),
                ("状态", str(statement.get_status_display())),
                ("合计", yuan_in_full(statement.total)),
            ],
        ),
        Section("明细", heads=("案件", "等级", "组成", "金额"), rows=rows or [("没有结案的案件", "—", "—", "—")]),
        signatures_of(("县总工会", ""), ("工作室", str(statement.studio)), None),
    ]
