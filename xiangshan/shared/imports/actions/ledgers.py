"""What happens to a file: brought, read as somebody says, checked as a whole, taken in, undone as a whole."""

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from xiangshan.core.accounts.models import User
from xiangshan.core.records import lock, remove_many
from xiangshan.core.rules import require
from xiangshan.shared.imports import mapping, reading, rules, tasks
from xiangshan.shared.imports.actions import rows
from xiangshan.shared.imports.cells import LEAVE_OUT
from xiangshan.shared.imports.layouts import bare_heading
from xiangshan.shared.imports.models import LearnedWord, Ledger, LedgerRow
from xiangshan.shared.imports.planning import LIKELY
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema

Status, Outcome = Ledger.Status, LedgerRow.Outcome
AT_ONCE = 500  # rows checked and written while the person waits; larger files go to the worker


def bring_file(register: ImportSchema, file: "File[bytes]", *, by: User) -> Ledger:
    """上传: what is no spreadsheet is refused. What is plainly the register's own is checked at once; of another, its reading is asked.

    Raises ValidationError.
    """
    require(rules.can_import(by, register))
    reading.check_file(file, file.size)
    name = str(file.name)[-200:]
    sheets = reading.read_sheets(file, name)
    if not any(sheet.lines for sheet in sheets):
        raise ValidationError("表是空的")
    file.seek(0)
    guessed = mapping.guess(register, sheets, by)
    layouts = mapping.laid_out(register, sheets, guessed)
    ledger = Ledger(register=register.name, file=file, file_name=name, by=by, reading=guessed)
    ledger.total_rows = sum(len(one.rows) for one in layouts)
    ledger.county_id = mapping.county_for(by) if register.is_history else None
    ledger.save()
    if mapping.is_plain(register, sheets, guessed) and ledger.total_rows:
        with transaction.atomic():
            _ask_for_check(lock(ledger))
        return _checked_now(ledger)
    return ledger


def read_as(ledger: Ledger, wanted: mapping.Reading, *, by: User) -> Ledger:
    """对应列: how the file is read; remembered for files with the same headings. Raises ValidationError."""
    with transaction.atomic():
        ledger = lock(ledger)
        require(rules.can_change(by, ledger))
        register = IMPORT_SCHEMAS[ledger.register]
        ledger.reading = wanted
        layouts = rows.layouts_of(ledger)
        mapping.check(register, layouts, wanted)
        ledger.total_rows = sum(len(one.rows) for one in layouts)
        headings = {bare_heading(heading): name for heading, name in wanted["fields"].items()}
        _learn(ledger, "", headings, by=by)
        _ask_for_check(ledger)
    return _checked_now(ledger)


@transaction.atomic
def look_again(ledger: Ledger, wanted: mapping.Reading, *, by: User) -> Ledger:
    """Other sheets, or another line of headings: kept, so that their columns are shown. Nothing is checked yet."""
    ledger = lock(ledger)
    require(rules.can_change(by, ledger))
    with ledger.file.open("rb") as file:
        sheets = reading.read_sheets(file, ledger.file_name)
    ledger.reading = mapping.guess_again(IMPORT_SCHEMAS[ledger.register], sheets, wanted, by=by)
    ledger.save(update_fields=["reading", "touched_at"])
    return ledger


def answer(ledger: Ledger, answers: dict[str, dict[str, str]], *, by: User) -> Ledger:
    """回答: what doubtful cells mean; remembered, but for rows that are left out and for single records."""
    with transaction.atomic():
        ledger = lock(ledger)
        require(rules.can_change(by, ledger))
        for column, given in answers.items():
            ledger.answers[column] = ledger.answers.get(column, {}) | given
            if column != LIKELY:
                kept = {word: meaning for word, meaning in given.items() if meaning != LEAVE_OUT}
                _learn(ledger, column, kept, by=by)
        _ask_for_check(ledger)
    return _checked_now(ledger)


def _learn(ledger: Ledger, column: str, meanings: dict[str, str], *, by: User) -> None:
    county = mapping.county_for(by)
    if county is None:
        return
    LearnedWord.objects.bulk_create(
        [
            LearnedWord(county_id=county, register=ledger.register, column=column, word=word, meaning=meaning, by=by)
            for word, meaning in meanings.items()
            if word and len(word) <= 200 and len(meaning) <= 200
        ],
        update_conflicts=True,
        unique_fields=["county", "register", "column", "word"],
        update_fields=["meaning", "by", "learned_at"],
    )


def _ask_for_check(ledger: Ledger) -> None:
    """Of a locked file: what was found before holds no more."""
    ledger.status, ledger.faults, ledger.opinion = Status.CHECKING, [], ""
    ledger.save()
    if ledger.total_rows > AT_ONCE:
        tasks.check_import.delay_on_commit(ledger.pk)


def _checked_now(ledger: Ledger) -> Ledger:
    """A small file is checked while the person waits."""
    ledger = Ledger.objects.get(pk=ledger.pk)
    return ledger if ledger.total_rows > AT_ONCE else rows.check_ledger(ledger)


@transaction.atomic
def agree(ledger: Ledger, *, by: User, only_good: bool = False, empties: bool = False) -> Ledger:
    """确认导入: all rows, or only those without a fault. What would be written is worked out again from the register as it is now.

    What is of the past waits for another person. Raises ReasonNeeded where facts of a signed year would change and nobody said why.
    """
    ledger = lock(ledger)
    require(rules.can_agree(by, ledger, only_good=only_good))
    ledger.only_good, ledger.empties = only_good, empties
    ledger.asks, ledger.reason = "", by.change_reason
    ledger.answers = rows.answers_of(ledger)  # what others teach the portal from now on changes nothing of this file
    if IMPORT_SCHEMAS[ledger.register].is_history:
        ledger.status = Status.WAITING
        ledger.save()
        return ledger
    return _write(ledger)


@transaction.atomic
def accept(ledger: Ledger, *, by: User, opinion: str = "") -> Ledger:
    """复核通过: a second person has compared the totals; now it is written. Raises ReasonNeeded."""
    ledger = lock(ledger)
    require(rules.can_accept(by, ledger))
    ledger.accepted_by, ledger.opinion = by, opinion
    ledger.asks, ledger.reason = "", by.change_reason or ledger.reason
    return _write(ledger)


@transaction.atomic
def send_back(ledger: Ledger, *, by: User, opinion: str) -> Ledger:
    """复核退回: with what is wrong; whoever brought it mends the file or its reading."""
    ledger = lock(ledger)
    require(rules.can_accept(by, ledger))
    ledger.status, ledger.accepted_by, ledger.opinion = Status.SENT_BACK, by, opinion
    ledger.save()
    return ledger


def _write(ledger: Ledger) -> Ledger:
    ledger.status, ledger.faults = Status.APPLYING, []
    ledger.save()
    if ledger.total_rows > AT_ONCE:
        tasks.write_import.delay_on_commit(ledger.pk)
        return ledger
    return rows.write_ledger(ledger)


@transaction.atomic
def undo(ledger: Ledger, *, by: User) -> Ledger:
    """撤销整批: only where no row was changed since and nothing depends on what was made. Raises ValidationError naming what stands in the way."""
    ledger = lock(ledger)
    require(rules.can_undo(by, ledger))
    register = IMPORT_SCHEMAS[ledger.register]
    fields = {field.name: field for field in register.model._meta.fields}
    written = ledger.rows.filter(record_key__isnull=False)
    made = {row.record_key or 0: row.written for row in written.filter(outcome=Outcome.NEW)}
    altered = {row.record_key or 0: row.written for row in written.filter(outcome=Outcome.CHANGED)}
    now = _in_bulk(register, [*made, *altered])
    moved = [str(one) for key, one in now.items() if key in made and rows.snapshot(one) != made[key]]
    moved += [
        str(one)
        for key, one in now.items()
        if key in altered and any(rows.plain(getattr(one, name)) != after for name, (_, after) in altered[key].items())
    ]
    gone = [key for key in (*made, *altered) if key not in now]
    if moved or gone:
        text = "、".join(moved[:10]) + ("等" if len(moved) > 10 else "")
        raise ValidationError(f"{len(moved) + len(gone)} 条记录在导入后又改过，不能整批撤销：{text}")
    for item in now.values():
        require(register.may_write(by, item))
    register.edit(
        by=by,
        values={
            key: {name: _restored(fields[name], before) for name, (before, _) in changes.items()}
            for key, changes in altered.items()
        },
        verb="撤销导入",
    )
    _take_back_what_else(written, by)
    register.take_back(by=by, keys=list(made))
    ledger.status = Status.UNDONE
    ledger.save(update_fields=["status", "touched_at"])
    return ledger


def _take_back_what_else(written: QuerySet[LedgerRow], by: User) -> None:
    """What was made beside the records, the last kind first."""
    keys: dict[str, list[int]] = {}
    for row in written.exclude(also_made=[]):
        for label, key in row.also_made:
            keys.setdefault(label, []).append(key)
    for label in reversed(keys):
        found = apps.get_model(label)._default_manager.filter(pk__in=keys[label])
        remove_many(found, by=by, verb="撤销导入")


def _in_bulk(register: ImportSchema, keys: list[int]) -> dict[int, Any]:
    result: dict[int, Any] = {}
    for start in range(0, len(keys), 500):
        result |= register.model._default_manager.select_for_update().in_bulk(keys[start : start + 500])
    return result


def _restored(field: Any, value: Any) -> Any:
    if field.is_relation:
        found = field.related_model._default_manager.filter(pk=value).first()
        if value is not None and found is None:
            raise ValidationError(f"原来的{field.verbose_name}已不在，不能整批撤销")
        return found
    return field.to_python(value)
