"""Every metric of the portal, declared once: its code, name, unit, meaning in words, how it follows from cells, and its rows.

Adding one is one declaration here and its test.
"""

from mediation.models.studios import CASE_READERS
from services.models.findings import FEEDBACK_READERS
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role
from xiangshan.metrics import sources
from xiangshan.metrics.definitions import Metric, Rows, Term, When
from xiangshan.metrics.models import Kind
from xiangshan.metrics.sources import Source


def stock(start: Source, end: Source, measure: str) -> tuple[Term, ...]:
    """What began up to the period's end, less what ended by then: a running sum of monthly changes."""
    return Term(start, measure, When.UNTIL_END), Term(end, measure, When.UNTIL_END, sign=-1)


def running(start: Source, end: Source, measure: str) -> tuple[Term, ...]:
    """What has a term that touches the period: begun by its end, less what ended before it began."""
    return Term(start, measure, When.UNTIL_END), Term(end, measure, When.BEFORE_START, sign=-1)


SESSION_ROWS = (Rows("services:session_list", filters={"status": "verified", "totals": "1"}),)
RECEIVED_ROWS = (Rows("mediation:case_list", "received_from", "received_to", filters={"totals": "1"}),)
OF_AREA = (Kind.AREA,)
OF_ORGANIZATION = (Kind.AREA, Kind.ORGANIZATION)
OF_STUDIO = (Kind.AREA, Kind.STUDIO)
READ_CASES = (*CASE_READERS, Role.MEDIATOR)
READ_MONEY = (
    Role.COUNTY_STAFF,
    Role.LEADERSHIP,
    Role.AUDITOR,
    Role.FINANCE,
    Role.MEDIATION_SUPERVISOR,
    Role.ORG_LEADER,
)

READ_REQUESTS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)


def closed_rows(**filters: str) -> tuple[Rows, ...]:
    return (
        Rows("mediation:case_list", "closed_from", "closed_to", filters={"status": "closed", "totals": "1", **filters}),
    )


def on_day(page: str, on: str = "on", **filters: str) -> tuple[Rows, ...]:
    return (Rows(page, on=on, filters=filters),)


METRICS = [
    Metric(
        "sessions_held",
        "服务场次",
        "场",
        "举办日期在期内、已经核实的活动场次。",
        (Term(sources.SESSIONS, "verified"),),
        rows=SESSION_ROWS,
    ),
    Metric(
        "workers_served",
        "服务人次",
        "人次",
        "期内已核实场次的服务人次之和；同一人参加两场计两次。",
        (Term(sources.SESSIONS, "workers"),),
        rows=SESSION_ROWS,
    ),
    Metric(
        "satisfaction_rate",
        "满意率",
        "",
        "期内已核实场次的有效评价中，总体满意度 4 分及以上的占比。",
        (Term(sources.SESSIONS, "satisfied"),),
        (Term(sources.SESSIONS, "responses"),),
        rows=SESSION_ROWS,
    ),
    Metric(
        "response_rate",
        "评价率",
        "",
        "期内已核实场次的有效评价数，与服务人次之比。",
        (Term(sources.SESSIONS, "responses"),),
        (Term(sources.SESSIONS, "workers"),),
        rows=SESSION_ROWS,
    ),
    Metric(
        "proven_share",
        "扫码签到率",
        "",
        "期内已核实场次的服务人次中，以动态码签到佐证的占比。",
        (Term(sources.SESSIONS, "workers", evidence="changing_code"),),
        (Term(sources.SESSIONS, "workers"),),
        rows=(
            Rows("services:session_list", filters={"status": "verified", "evidence": "changing_code", "totals": "1"}),
        ),
    ),
    Metric(
        "sessions_pending",
        "待核实场次",
        "场",
        "举办日期在期内、已举办或已上报但尚未核实的场次；不计入服务场次。",
        (Term(sources.SESSIONS, "pending"),),
        rows=(Rows("services:session_list", filters={"status": "pending", "totals": "1"}),),
        is_backlog=True,
    ),
    Metric(
        "reported_in_time_rate",
        "及时上报率",
        "",
        f"举办后 {limits.REPORT_DAYS} 日内上报的场次，占期内日期已过且未取消的场次；始终未上报的也计入分母。",
        (Term(sources.SESSIONS, "in_time"),),
        (Term(sources.SESSIONS, "due"),),
        rows=(Rows("services:session_list", filters={"status": "due", "totals": "1"}),),
        scopes=OF_ORGANIZATION,
    ),
    Metric(
        "feedback_closed_rate",
        "差评回访率",
        "",
        "期内活动收到的 1–2 分评价中，已经回访并有结果的占比。",
        (Term(sources.FOLLOW_UPS, "closed"),),
        (Term(sources.FOLLOW_UPS, "low"),),
        rows=(Rows("services:follow_up_list"),),
        scopes=OF_ORGANIZATION,
        readers=FEEDBACK_READERS,
    ),
    Metric(
        "contracts_active",
        "购买服务合同",
        "份",
        "履行期与期内有重叠的已签订合同（不含已终止；框架合同按任务单计）。",
        running(sources.CONTRACTS_FROM, sources.CONTRACTS_TO, "contracts"),
        rows=(Rows("services:contract_list", "running_from", "running_to"),),
        adds_up=False,
    ),
    Metric(
        "contract_amount",
        "合同金额",
        "元",
        "签订日期在期内的合同金额之和（不含已终止；框架合同按任务单计）。",
        (Term(sources.CONTRACTS_SIGNED, "amount"),),
        rows=(Rows("services:contract_list", "signed_from", "signed_to"),),
        is_money=True,
        readers=READ_MONEY,
    ),
    Metric(
        "contract_paid",
        "合同已付",
        "元",
        "付款日期在期内的合同付款之和。",
        (Term(sources.PAYMENTS, "paid"),),
        rows=(Rows("services:payment_list", "paid_from", "paid_to", filters={"status": "paid"}),),
        is_money=True,
        readers=READ_MONEY,
    ),
    Metric(
        "requests_met_rate",
        "点单满足率",
        "",
        "期内职工点单中，已由核实的活动场次办成的占比；点单人撤回的不计。",
        (Term(sources.REQUESTS, "met"),),
        (Term(sources.REQUESTS, "requests"),),
        rows=(
            Rows("services:request_list", "asked_from", "asked_to", filters={"met": "1"}),
            Rows("services:request_list", "asked_from", "asked_to"),
        ),
        scopes=OF_AREA,
        readers=READ_REQUESTS,
    ),
    Metric(
        "delivery_rate",
        "履约率",
        "",
        "期内核实并计入合同的场次，与期内履行的合同约定场次之比。",
        (Term(sources.SESSIONS, "bought"),),
        running(sources.CONTRACTS_FROM, sources.CONTRACTS_TO, "quota"),
        rows=(Rows("services:session_list", filters={"status": "verified", "basis": "bought", "totals": "1"}),),
        adds_up=False,
    ),
    Metric(
        "orgs_linked",
        "联系社会组织",
        "家",
        "期末处于已联系、孵化中、已建会、重点扶持或休眠阶段的社会组织。",
        stock(sources.LINKED_FROM, sources.LINKED_TO, "linked"),
        rows=on_day("orgs:organization_list", "linked_on"),
        scopes=OF_ORGANIZATION,
        adds_up=False,
    ),
    Metric(
        "orgs_key",
        "重点扶持组织",
        "家",
        "期末列入当年重点扶持的社会组织。",
        stock(sources.KEY_FROM, sources.KEY_TO, "key"),
        rows=on_day("orgs:organization_list", "key_on"),
        scopes=OF_ORGANIZATION,
        adds_up=False,
    ),
    Metric(
        "orgs_incubated",
        "孵化组织",
        "家",
        "期末有联系、来源为内孵化的社会组织。",
        stock(sources.LINKED_FROM, sources.LINKED_TO, "incubated"),
        rows=on_day("orgs:organization_list", "linked_on", origin="incubated"),
        scopes=OF_ORGANIZATION,
        adds_up=False,
    ),
    Metric(
        "projects_running",
        "扶持项目",
        "个",
        "实施期与期内有重叠、已经启动的扶持项目。",
        running(sources.PROJECTS_FROM, sources.PROJECTS_TO, "projects"),
        rows=(Rows("projects:project_list", "running_from", "running_to"),),
        scopes=OF_ORGANIZATION,
        adds_up=False,
    ),
    Metric(
        "project_granted",
        "扶持资金（批准）",
        "元",
        "批准日期在期内的扶持项目的扶持金额之和。",
        (Term(sources.PROJECTS_DECIDED, "granted"),),
        rows=(Rows("projects:project_list", "decided_from", "decided_to"),),
        scopes=OF_ORGANIZATION,
        is_money=True,
        readers=READ_MONEY,
    ),
    Metric(
        "project_disbursed",
        "扶持资金（拨付）",
        "元",
        "付款日期在期内的扶持项目拨付之和。",
        (Term(sources.DISBURSED, "paid"),),
        rows=(Rows("projects:disbursement_list", "paid_from", "paid_to", filters={"status": "paid"}),),
        scopes=OF_ORGANIZATION,
        is_money=True,
        readers=READ_MONEY,
    ),
    *(
        Metric(
            f"branches_{mode}",
            name,
            "家",
            f"期末存续、以{name}方式成立的工会组织。",
            stock(sources.BRANCHES_FROM, sources.BRANCHES_TO, mode),
            rows=on_day("orgs:branch_list", mode=mode),
            scopes=OF_AREA,
            adds_up=False,
        )
        for mode, name in (("single", "单独建会"), ("joint", "联合建会"), ("area", "区域（行业）覆盖"))
    ),
    Metric(
        "coverage_rate",
        "建会覆盖率",
        "",
        "期末被任一方式的工会组织覆盖的社会组织，占期末联系的社会组织。",
        stock(sources.COVERED_FROM, sources.COVERED_TO, "covered"),
        stock(sources.LINKED_FROM, sources.LINKED_TO, "linked"),
        rows=on_day("orgs:organization_list", "covered_on"),
        scopes=OF_ORGANIZATION,
        adds_up=False,
    ),
    *(
        Metric(
            code,
            name,
            "人",
            f"各社会组织期末前最近一次队伍规模报告中的{name}之和。",
            (Term(sources.STRENGTH, code, When.UNTIL_END),),
            rows=on_day("orgs:strength_list"),
            scopes=OF_ORGANIZATION,
            adds_up=False,
        )
        for code, name in (("union_members", "工会会员"), ("formal_members", "正式队员"), ("volunteers", "志愿者"))
    ),
    Metric(
        "cases_received",
        "受理案件",
        "件",
        "接案日期在期内的劳动争议案件。",
        (Term(sources.CASES_RECEIVED, "cases"),),
        rows=RECEIVED_ROWS,
        scopes=OF_STUDIO,
        readers=READ_CASES,
    ),
    Metric(
        "cases_closed",
        "办结案件",
        "件",
        "结案日期在期内的劳动争议案件。",
        (Term(sources.CASES_CLOSED, "closed"),),
        rows=closed_rows(),
        scopes=OF_STUDIO,
        readers=READ_CASES,
    ),
    Metric(
        "mediation_success_rate",
        "调解成功率",
        "",
        "期内结案的案件中，达成协议的占达成协议与调解不成之和；撤回、转介不计。",
        (Term(sources.CASES_CLOSED, "agreed"),),
        (Term(sources.CASES_CLOSED, "agreed"), Term(sources.CASES_CLOSED, "failed")),
        rows=closed_rows(outcome="decided"),
        scopes=OF_STUDIO,
        readers=READ_CASES,
    ),
    Metric(
        "people_received",
        "接待人次",
        "人次",
        "期内接案的接待人次，与未立案的接待人次之和。",
        (Term(sources.CASES_RECEIVED, "people"), Term(sources.RECEPTIONS, "people")),
        rows=(*RECEIVED_ROWS, Rows("mediation:reception_list", filters={"totals": "1"})),
        scopes=OF_STUDIO,
        readers=READ_CASES,
    ),
    Metric(
        "amount_involved",
        "涉及金额",
        "元",
        "期内接案的案件涉及金额之和。",
        (Term(sources.CASES_RECEIVED, "involved"),),
        rows=RECEIVED_ROWS,
        scopes=OF_STUDIO,
        readers=READ_CASES,
        is_money=True,
    ),
    Metric(
        "amount_recovered",
        "追回金额",
        "元",
        "期内结案的案件已付给职工的金额之和。",
        (Term(sources.CASES_CLOSED, "recovered"),),
        rows=closed_rows(),
        scopes=OF_STUDIO,
        readers=READ_CASES,
        is_money=True,
    ),
    *(
        Metric(
            code,
            name,
            "分钟",
            f"期内接案的案件，从接案到首次响应的分钟数的{text}。",
            (Term(sources.RESPONSES, "cases"),),
            rows=(
                Rows("mediation:case_list", "received_from", "received_to", filters={"responded": "1", "totals": "1"}),
            ),
            scopes=OF_STUDIO,
            readers=READ_CASES,
            adds_up=False,
            quantile=quantile,
        )
        for code, name, text, quantile in (
            ("response_minutes", "响应时长", "中位数", 0.5),
            ("response_minutes_p90", "响应时长（九成）", "第 90 百分位数", 0.9),
        )
    ),
    Metric(
        "on_time_rate",
        "法定期限内办结率",
        "",
        f"期内结案且已受理的案件中，受理后 {limits.MEDIATION_DAYS} 日内调解结束的占比（劳动争议调解仲裁法第十四条）。",
        (Term(sources.CASES_CLOSED, "on_time"),),
        (Term(sources.CASES_CLOSED, "accepted"),),
        rows=closed_rows(accepted="1"),
        scopes=OF_STUDIO,
        readers=READ_CASES,
    ),
]
BY_CODE = {metric.code: metric for metric in METRICS}
