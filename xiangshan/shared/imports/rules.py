from xiangshan.core.accounts.models import User
from xiangshan.core.rules import Verdict, deny
from xiangshan.shared.imports.models import Ledger
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema

Status = Ledger.Status


def can_import(user: User, register: ImportSchema) -> Verdict:
    """Who may add to a register one by one may bring it a file."""
    return register.may_import(user)


def can_change(user: User, ledger: Ledger) -> Verdict:
    """Who brought the file says how it is read and what its words mean, as long as nothing is written."""
    if user.pk != ledger.by_id:
        return deny("只能由上传文件的人办理")
    if ledger.status not in Ledger.CHANGEABLE:
        return deny(f"该台账{ledger.get_status_display()}，不能再改")
    if not ledger.reading:
        return deny("导入功能已升级，请重新上传这个文件")
    return can_import(user, IMPORT_SCHEMAS[ledger.register])


def can_agree(user: User, ledger: Ledger, *, only_good: bool = False) -> Verdict:
    """Who brought the file, once it was checked; where rows are held back, only for the others."""
    if user.pk != ledger.by_id:
        return deny("只能由上传文件的人确认导入")
    if ledger.status not in (Status.CHECKED, Status.FAULTY, Status.SENT_BACK):
        return deny(f"该台账{ledger.get_status_display()}，不能导入")
    if ledger.faults:
        return deny("文件有问题，请先改正")
    if ledger.held_rows and not only_good:
        return deny("有的行还有错误或没有回答。可以先改正，也可以只写入没有问题的行")
    if not ledger.good_rows:
        return deny("没有要写入的行")
    return can_import(user, IMPORT_SCHEMAS[ledger.register])


def can_accept(user: User, ledger: Ledger) -> Verdict:
    """历史台账 take two: one brings it, another compares and accepts."""
    if ledger.status != Status.WAITING:
        return deny(f"该台账{ledger.get_status_display()}，不用复核")
    if user.pk == ledger.by_id:
        return deny("要由另一位工作人员复核，不能复核自己导入的台账")
    may_accept = IMPORT_SCHEMAS[ledger.register].may_accept
    return may_accept(user, ledger) if may_accept else deny("该登记簿的导入不用复核")


def can_undo(user: User, ledger: Ledger) -> Verdict:
    """Who brought it, or who accepted it."""
    if user.pk not in (ledger.by_id, ledger.accepted_by_id):
        return deny("只能由导入的人或复核的人撤销")
    if ledger.status != Status.DONE:
        return deny(f"该台账{ledger.get_status_display()}，不能撤销")
    return can_import(user, IMPORT_SCHEMAS[ledger.register])
