"""Who may do what with contracts."""

from orgs.models import SocialOrganization
from orgs.rules import MONEY_READERS
from services.models import Acceptance, RequiredDocument, ServiceContract
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import ALLOW, Verdict, deny

Status = ServiceContract.Status


def can_draft_contracts(user: User) -> Verdict:
    """County staff: contracts are the county's."""
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny("合同由县总工会工作人员起草")


def can_draft_contract(user: User, organization: SocialOrganization) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=organization):
        return deny("合同由所在县的总工会工作人员起草")
    if organization.stage == SocialOrganization.Stage.DORMANT:
        return deny(f"{organization}处于休眠，不能签订新合同；恢复活动后请先变更阶段")
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能签订合同")


def can_bring_past_contracts(user: User) -> Verdict:
    """A ledger of contracts from before the portal: county staff, as they draft them."""
    return can_draft_contracts(user)


def can_write_past_contract(user: User, contract: ServiceContract) -> Verdict:
    """New ones of the county's organizations, whatever has become of them; of those there, only what came from a ledger."""
    if not user.holds(Role.COUNTY_STAFF, over=contract.organization):
        return deny("合同由所在县的总工会工作人员登记")
    if contract.pk and contract.ledger_id is None:
        return deny("平台上已有这份合同，不能用台账修改")
    return ALLOW


def can_edit_contract(user: User, contract: ServiceContract) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=contract):
        return deny("只有县总工会工作人员可以修改合同")
    return (
        ALLOW
        if contract.status == contract.Status.DRAFT
        else deny(f"合同{contract.get_status_display()}，只有草稿可以修改")
    )


def can_move_contract(user: User, contract: ServiceContract, status: str) -> Verdict:
    """Signing, starting and terminating; acceptance and settling follow from their own records."""
    if not user.holds(Role.COUNTY_STAFF, over=contract):
        return deny("只有县总工会工作人员可以变更合同状态")
    target = contract.Status(status)
    if target in (Status.ACCEPTED, Status.SETTLED):
        return deny(f"合同{target.label}由验收和付款记录得出，不能直接变更")
    if not contract.can_become(status):
        return deny(f"合同{contract.get_status_display()}，不能变为{target.label}")
    return _is_complete(contract) if target == Status.SIGNED else ALLOW


def _is_complete(contract: ServiceContract) -> Verdict:
    """What must be written down before anybody signs: what is bought, for how much, and how it is paid."""
    lines, terms = list(contract.lines.all()), list(contract.terms.all())
    if not lines and contract.kind != ServiceContract.Kind.FRAMEWORK:
        return deny("合同没有明细，请先写明买了什么、多少场")
    prices = [line.amount for line in lines]
    if contract.kind != ServiceContract.Kind.FRAMEWORK:
        if None in prices:
            return deny("有的明细没有价格，请填写单价或包干价")
        if (whole := sum(price for price in prices if price is not None)) != contract.amount:
            return deny(f"明细合计 {as_yuan(whole)}，与合同金额 {as_yuan(contract.amount)} 不符")
        if not terms:
            return deny("合同没有付款条件，请写明何时付多少")
    if terms and (whole := sum(term.amount for term in terms)) != contract.payable:
        return deny(f"付款条件合计 {as_yuan(whole)}，与合同金额 {as_yuan(contract.payable)} 不符")
    missing = [
        document.title
        for document in contract.documents.select_related("attachment").filter(due=RequiredDocument.Due.SIGNING)
        if not document.is_there
    ]
    return deny(f"签订前应交的材料还没有交齐：{'、'.join(missing)}") if missing else ALLOW


def can_amend_contract(user: User, contract: ServiceContract) -> Verdict:
    """A binding contract changes by an amendment, while it is being fulfilled."""
    if not user.holds(Role.COUNTY_STAFF, over=contract):
        return deny("只有县总工会工作人员可以登记变更协议")
    if contract.status not in (Status.SIGNED, Status.RUNNING):
        return deny(f"合同{contract.get_status_display()}，不能变更")
    if contract.acceptances.filter(status__in=Acceptance.UNFINISHED).exists():
        return deny("正在验收，请先完成或作废这次验收")
    return ALLOW


def can_renew_contract(user: User, contract: ServiceContract) -> Verdict:
    """Any contract that was binding, once for the next term."""
    if not contract.is_binding:
        return deny("只有签订过的合同可以续签")
    if contract.kind == ServiceContract.Kind.ORDER:
        return deny("任务单请在框架合同下另开")
    if contract.renewals.exclude(status=Status.TERMINATED).exists():
        return deny("已经有下一年的续签合同")
    return can_draft_contract(user, contract.organization)


def can_order(user: User, contract: ServiceContract) -> Verdict:
    """A task order below a framework contract that is in force."""
    if contract.kind != ServiceContract.Kind.FRAMEWORK:
        return deny("只有框架合同可以下任务单")
    if contract.status not in (Status.SIGNED, Status.RUNNING):
        return deny(f"框架合同{contract.get_status_display()}，不能下任务单")
    return can_draft_contract(user, contract.organization)


def can_plan_series(user: User, contract: ServiceContract) -> Verdict:
    """Sessions planned from the quota: by county staff or the organization that fulfils the contract."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=contract):
        return deny("排期由县总工会工作人员或承接组织负责人进行")
    if contract.kind == ServiceContract.Kind.FRAMEWORK:
        return deny("框架合同按任务单排期")
    return (
        ALLOW
        if contract.status in (Status.SIGNED, Status.RUNNING)
        else deny(f"合同{contract.get_status_display()}，不能排期")
    )


def can_file_contract(user: User, contract: ServiceContract) -> Verdict:
    """Documents of a contract: county staff, and the organization that fulfils it."""
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=contract):
        return ALLOW
    return deny("合同文件由县总工会工作人员或承接组织上传")


def can_see_contract_money(user: User) -> Verdict:
    """Town staff work with contracts' sessions, not with their money: a list shows it to everybody else who reads contracts."""
    return ALLOW if user.holds(*MONEY_READERS) else deny("合同金额由县总工会掌握")


def can_see_money(user: User, contract: ServiceContract) -> Verdict:
    """The same for one contract, in the scope of the post."""
    return ALLOW if user.holds(*MONEY_READERS, over=contract) else deny("合同金额由县总工会掌握")
