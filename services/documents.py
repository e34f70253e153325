"""What stands on the documents of this app: contract, result notice, acceptance sheet, forms to fill in."""

from django.utils import timezone

from services.models import Acceptance, Procurement, RequiredDocument, ServiceContract
from services.ranking import ranking_of
from xiangshan.core.areas.counties import county_at
from xiangshan.core.money import as_yuan
from xiangshan.shared.formatting import in_words, signatures_of, yuan_in_full
from xiangshan.shared.rendering import Section


def contract_sections(contract: ServiceContract) -> list[Section]:
    """The contract's own words, from its record."""
    organization = contract.organization
    lines = list(contract.lines.select_related("category"))
    terms = list(contract.terms.all())
    parties = [
        ("合同编号", contract.number),
        ("甲方", county_at(organization.area_id).name),
        ("乙方", organization.name),
        ("乙方统一社会信用代码", organization.credit_code or "未登记"),
        ("责任部门", str(contract.department)),
    ]
    if contract.framework is not None:
        parties.append(("框架合同", f"{contract.framework.title}（{contract.framework.number}）"))
    bought = [
        (
            str(line.category),
            line.title,
            str(line.quantity),
            as_yuan(line.unit_price) if line.unit_price is not None else "包干",
            as_yuan(line.amount) if line.amount is not None else "—",
            "须先试讲" if line.rehearsal_required else "",
        )
        for line in lines
    ]
    paid = [(f"第 {n} 期", str(term), as_yuan(term.amount), term.note or "—") for n, term in enumerate(terms, 1)]
    items = [Section("一、双方", facts=parties)]
    if bought:
        items.append(Section("二、服务内容", heads=("类别", "内容", "场数", "单价", "小计", "要求"), rows=bought))
    items.append(Section("三、合同金额", text=f"本合同金额为{yuan_in_full(contract.amount)}。"))
    if paid:
        items.append(Section("四、付款", heads=("期次", "条件", "金额", "其他条件"), rows=paid))
    target = f"服务职工不少于 {contract.target_workers:,} 人次；" if contract.target_workers else ""
    items += [
        Section(
            "五、履行与质量",
            text=f"履行期自 {in_words(contract.starts_on)}至 {in_words(contract.ends_on)}。{target}"
            f"职工满意率不低于 {contract.satisfaction_floor}%，有效评价不少于 {contract.least_answers} 份。"
            "场次以双方在平台上报并经甲方核实的记录为准；约定试讲的，试讲通过后方可举办。",
        ),
        Section(
            "六、验收与变更",
            text="乙方完成约定场次后，甲方按场次、服务人次、满意率和佐证材料组织验收，验收结论作为结算依据。"
            "变更本合同的，双方签订变更协议；变更前的版本一并留存。",
        ),
        Section("七、其他", text="本合同一式两份，双方各执一份，自双方签字盖章之日起生效。"),
        signatures_of(
            ("甲方（盖章）", county_at(organization.area_id).name),
            ("乙方（盖章）", organization.name),
            contract.signed_on,
        ),
    ]
    return items


def notice_sections(procurement: Procurement) -> list[Section]:
    """成交结果: who won, for how much, why, and who else was asked."""
    bid = procurement.winner
    facts = [
        ("采购编号", procurement.number),
        ("采购方式", procurement.get_method_display()),
        ("服务类别", str(procurement.category)),
        ("数量", f"{procurement.quantity} 场"),
        ("成交单位", str(bid.organization.name) if bid else "—"),
        ("成交金额", yuan_in_full(bid.price) if bid else "—"),
        ("定标日期", in_words(procurement.decided_on)),
    ]
    rows = [
        (
            str(row.ranked.place),
            row.bid.organization.name,
            as_yuan(row.bid.price),
            f"{row.ranked.score}",
            "已建会" if row.ranked.is_covered else "未建会",
        )
        for row in ranking_of(procurement)
    ]
    return [
        Section("一、结果", facts=facts),
        Section("二、应标与评审", heads=("名次", "应标单位", "报价", "综合得分", "工会组织"), rows=rows),
        Section("三、理由", text=procurement.decision_reason),
        Section(
            "四、说明",
            text="同等条件下，优先选择已建立或已覆盖工会组织的单位。对结果有疑问的，请在七日内向本会书面提出。",
        ),
        Section("", text=f"{county_at(procurement.area_id)}\n{in_words(procurement.decided_on)}"),
    ]


def acceptance_sections(acceptance: Acceptance) -> list[Section]:
    """验收单: the checklist as it was decided on, the decision, the sessions, the signatures."""
    contract = acceptance.contract
    facts = [
        ("合同", f"{contract.title}（{contract.number}）"),
        ("承接组织", contract.organization.name),
        ("批次", "最终验收" if acceptance.is_final else f"第 {acceptance.batch} 批"),
        ("发起日期", in_words(acceptance.opened_on)),
    ]
    checked = [
        (
            item["label"],
            item["value"],
            item["needed"],
            "请看" if item["is_weak"] else "达到" if item["holds"] else "未达到",
        )
        for item in acceptance.checklist
    ]
    sessions = [
        (
            f"{session.held_on:%Y-%m-%d}",
            session.title,
            f"{session.workers_served or 0:,}",
            f"{session.satisfied}/{session.responses}" if session.responses else "—",
            session.get_evidence_display(),
        )
        for session in (
            item.session for item in acceptance.items.select_related("session").order_by("session__held_on", "pk")
        )
    ]
    items = [Section("一、基本情况", facts=facts)]
    if checked:
        items.append(Section("二、验收清单", heads=("项目", "完成", "约定", "结论"), rows=checked))
    decided = f"结论：{acceptance.get_decision_display() or '待决定'}。"
    if acceptance.deduction:
        decided += f"扣减{yuan_in_full(acceptance.deduction)}。"
    items.append(Section("三、验收意见", text=decided + (acceptance.opinion or "")))
    signed = [
        (
            signature.get_party_display(),
            str(signature.signed_by),
            f"{timezone.localtime(signature.signed_at):%Y-%m-%d %H:%M}",
        )
        for signature in acceptance.signatures.select_related("signed_by")
    ]
    items.append(
        Section(
            "四、签字", heads=("一方", "签字人", "签字时间"), rows=signed or [("待签字", "", "")], keep_together=True
        )
    )
    if sessions:
        items.append(Section("五、验收场次", heads=("日期", "主题", "人次", "满意/评价", "人数依据"), rows=sessions))
    return items


def template_sections(document: RequiredDocument) -> list[Section]:
    """A form to be filled in, for what contracts usually ask; for anything else a cover sheet."""
    contract = document.contract
    facts = [("合同", f"{contract.title}（{contract.number}）"), ("承接组织", contract.organization.name)]
    if document.title == "签到表":
        facts += [("活动主题", ""), ("时间地点", "")]
        return [
            Section("活动", facts=facts),
            Section("签到", heads=("序号", "单位", "签名"), rows=[(str(n), "", "") for n in range(1, 31)]),
        ]
    if document.title == "收款收据":
        facts += [
            ("今收到", county_at(contract.organization.area_id).name),
            ("款项", ""),
            ("金额（大写）", ""),
            ("金额（小写）", "¥"),
        ]
        return [
            Section("收据", facts=facts),
            Section("", text="收款单位（盖章）：\n\n经手人：              日期：      年    月    日"),
        ]
    asked = {
        "服务方案": ("目标与对象", "内容与场次安排", "人员分工", "质量与安全保障"),
        "工作总结": ("完成情况", "职工反映", "存在不足", "下一步打算"),
    }
    blank = "\n\n\n\n"
    headings = asked.get(document.title, ("内容",))
    return [Section("基本情况", facts=facts), *(Section(heading, text=blank) for heading in headings)]
