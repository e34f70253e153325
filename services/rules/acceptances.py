from services.models import Acceptance, ServiceContract
from services.rules.payments import Contract
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny

Party = {"union": Role.COUNTY_STAFF, "organization": Role.ORG_LEADER}


def can_open_acceptance(user: User, contract: ServiceContract) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=contract):
        return deny("验收由县总工会工作人员发起")
    if contract.status != Contract.RUNNING:
        return deny(f"合同{contract.get_status_display()}，不能验收")
    if contract.acceptances.filter(status__in=Acceptance.UNFINISHED).exists():
        return deny("这份合同还有一次验收没有完成")
    return ALLOW


def can_choose_sessions(user: User, acceptance: Acceptance) -> Verdict:
    """Which sessions a batch takes over, while it is not decided."""
    if not user.holds(Role.COUNTY_STAFF, over=acceptance):
        return deny("验收由县总工会工作人员办理")
    if acceptance.status != Acceptance.Status.OPEN:
        return deny(f"验收{acceptance.get_status_display()}，不能再改场次")
    return ALLOW


def can_decide_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    """County staff, and not who reported one of its sessions."""
    if not (verdict := can_choose_sessions(user, acceptance)):
        return verdict
    if not acceptance.items.exists():
        return deny("还没有选择要验收的场次")
    if acceptance.items.filter(session__submitted_by=user).exists():
        return deny("这次验收中有您上报的场次，请由他人决定")
    return ALLOW


def can_cancel_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=acceptance):
        return deny("验收由县总工会工作人员办理")
    if acceptance.status not in Acceptance.UNFINISHED:
        return deny(f"验收{acceptance.get_status_display()}，不能作废")
    return ALLOW


def can_sign_acceptance(user: User, acceptance: Acceptance, party: str) -> Verdict:
    """The union by county staff, the organization by its leader; each once, and nobody for both."""
    if party not in Party or not user.holds(Party[party], over=acceptance):
        return deny("由县总工会工作人员和承接组织负责人分别签字")
    if acceptance.status != Acceptance.Status.DECIDED:
        return deny(f"验收{acceptance.get_status_display()}，不能签字")
    signatures = list(acceptance.signatures.all())
    if any(signature.party == party for signature in signatures):
        return deny("这一方已经签字")
    if any(signature.signed_by_id == user.pk for signature in signatures):
        return deny("您已代表另一方签字")
    return ALLOW


def can_file_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=acceptance):
        return ALLOW
    return deny("验收材料由县总工会工作人员或承接组织上传")
