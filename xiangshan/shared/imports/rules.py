from xiangshan.core.accounts.models import User
from xiangshan.core.rules import Verdict, deny
from xiangshan.shared.imports.models import ImportBatch
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema


def can_import(user: User, register: ImportSchema) -> Verdict:
    """Who may add to a register one by one may bring it a file."""
    return register.may_import(user)


def can_apply(user: User, batch: ImportBatch) -> Verdict:
    """Who brought the file, once it was checked and nothing was wrong."""
    if user.pk != batch.by_id:
        return deny("只能由上传文件的人确认导入")
    if batch.status != ImportBatch.Status.CHECKED:
        return deny(f"该批次{batch.get_status_display()}，不能导入")
    return can_import(user, IMPORT_SCHEMAS[batch.register])


def can_undo(user: User, batch: ImportBatch) -> Verdict:
    if user.pk != batch.by_id:
        return deny("只能由导入的人撤销")
    if batch.status != ImportBatch.Status.DONE:
        return deny(f"该批次{batch.get_status_display()}，不能撤销")
    return can_import(user, IMPORT_SCHEMAS[batch.register])
