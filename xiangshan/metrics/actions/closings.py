"""Closing a year: compiled by staff, signed by leadership, reopened by name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.metrics import figures, freezing, rollup, rules
from xiangshan.metrics.facts import Fact
from xiangshan.metrics.locks import hold_signatures
from xiangshan.metrics.models import RollupState, YearClosing
from xiangshan.metrics.periods import Period
from xiangshan.metrics.selectors.checklist import checklist
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.on_records import page_of

Status = YearClosing.Status


def compile_year(area: Area, year: int, *, remarks: str, by: User) -> YearClosing:
    """编制: freezes the year as it is now, for leadership to sign. Compiled again before signing, it replaces what was compiled.

    Raises ValidationError where the checklist forbids it, or where what stays open is not explained.
    """
    require(rules.can_compile(by, area, year))
    rollup.refresh()
    with transaction.atomic():
        RollupState.objects.select_for_update().get(pk=1)  # nobody writes figures meanwhile
        items = checklist(area, year)
        if forbidden := [item for item in items if item.forbids and item.open]:
            raise ValidationError([f"{item.title}：{item.text}（{item.open}）" for item in forbidden])
        if not remarks and (still_open := [item for item in items if item.open]):
            text = "、".join(f"{item.title}（{item.open} 项未完）" for item in still_open)
            raise ValidationError({"remarks": f"检查中还有未完事项，请在编制说明中写明原因：{text}"})
        facts = freezing.facts_of_year(area.pk, year)
        results = list(freezing.figures_of(area, year, facts))
        _require_same(area, year, results)
        closing = _draft(area, year, remarks, [item.as_json() for item in items], by)
        change(closing, by=by, verb="编制", digest=freezing.freeze(closing, facts, results))
        notify(
            holders(Role.LEADERSHIP, area.pk),
            f"closing:{closing.pk}:{closing.compiled_at.timestamp():.0f}",
            f"{closing}已编制，请签署",
            page_of(closing),
        )
    return closing


def _draft(area: Area, year: int, remarks: str, items: list[list[object]], by: User) -> YearClosing:
    """The version being compiled: the one that waits for its signature, or the next."""
    values = {
        "area_name": area.name,
        "compiled_by": by,
        "compiled_by_name": str(by)[:40],
        "compiled_at": timezone.now(),
        "remarks": remarks,
        "checklist": items,
        "definitions": freezing.definitions(),
        **freezing.compared_with(area, year),
    }
    before = YearClosing.objects.select_for_update().filter(area=area, year=year).order_by("-version").first()
    if before is not None and before.status == Status.COMPILED:
        before.figures.all()._raw_delete(before.figures.db)  # nothing hangs on what was frozen but never signed
        before.facts.all()._raw_delete(before.facts.db)
        return change(before, by=by, verb="重新编制", **values)
    version = before.version + 1 if before else 1
    return create(YearClosing(area=area, year=year, version=version, **values), by=by, verb="编制")


def _require_same(area: Area, year: int, drafted: list[figures.Figure]) -> None:
    """What is frozen is what the dashboard shows. Raises ValidationError where a change came in between."""
    shown = figures.figures(figures.Scope.of_area(area), Period.year(year))
    frozen = {
        row.metric.code: row
        for row in drafted
        if (row.scope.id, row.scope.category, row.period) == (area.pk, None, Period.year(year))
    }
    differing = [
        item.metric.name
        for code, item in shown.items()
        if (item.numerator, item.denominator)
        != ((frozen[code].numerator, frozen[code].denominator) if code in frozen else (0, item.denominator))
    ]
    if differing:
        raise ValidationError(f"数据正在变动（{'、'.join(differing)}），请稍后重新编制")


@transaction.atomic
def sign_year(closing: YearClosing, *, opinion: str = "", read: str | None = None, by: User) -> YearClosing:
    """签署: what was compiled, exactly; facts that moved since ask for compiling anew.

    `read` is the digest of what the signer has seen. Raises ValidationError.
    """
    hold_signatures(to_sign=True)
    closing = lock(closing)
    require(rules.can_sign(by, closing))
    if read is not None and read != closing.digest:
        raise ValidationError("这份年度数据在您打开以后重新编制过，请看过新的数字再签署")
    moved = _moved_since(closing)
    if moved:
        raise ValidationError(f"编制以后有 {moved} 条记录发生变动，请工作人员重新编制后再签署")
    if freezing.digest_of(closing) != closing.digest:
        raise ValidationError("封存的数据与编制时的摘要不符，请重新编制")
    closing.signed_by_name, closing.signed_at, closing.opinion = str(by)[:40], timezone.now(), opinion
    signed: dict[str, Any] = {
        "signed_by_name": closing.signed_by_name,
        "signed_at": closing.signed_at,
        "opinion": opinion,
        "signature": freezing.signature_of(closing),
    }
    closing = change(lock(closing), by=by, verb="签署", status=Status.SIGNED, signed_by=by, **signed)
    transaction.on_commit(rollup.draw_anew)  # not before: who compiles holds the figures first, and the closing then
    notify([closing.compiled_by], f"signed:{closing.pk}", f"{closing}已签署", page_of(closing))
    return closing


def _moved_since(closing: YearClosing) -> int:
    def by_key(facts: list[Fact]) -> dict[tuple[int, int], Fact]:
        return {(fact.source, fact.record): fact for fact in facts}

    were, are = by_key(freezing.thaw(closing)), by_key(freezing.facts_of_year(closing.area_id, closing.year))
    return sum(were.get(key) != are.get(key) for key in were.keys() | are.keys())


@transaction.atomic
def reopen_year(closing: YearClosing, *, reason: str, by: User) -> YearClosing:
    """重开: by name, with a reason. What was signed stays as it is; the year can be put right and compiled anew."""
    closing = lock(closing)
    require(rules.can_reopen(by, closing))
    closing = change(
        closing,
        by=by,
        verb="重开",
        reason=reason,
        status=Status.REOPENED,
        reopened_by=by,
        reopened_at=timezone.now(),
        reopen_reason=reason,
    )
    transaction.on_commit(rollup.draw_anew)  # not before: who compiles holds the figures first, and the closing then
    notify([closing.compiled_by], f"reopened:{closing.pk}", f"{closing}已重开：{reason}"[:200], page_of(closing))
    return closing
