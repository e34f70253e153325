"""What stands above a year's closing: its steps, whose turn it is, and what its reader may do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from xiangshan.metrics.models import YearClosing
from xiangshan.shared.record_heads import RecordHead, action, head_of, steps_of

Status = YearClosing.Status


def closing_head(closing: YearClosing, can: Mapping[str, Any]) -> RecordHead:
    pk, exports = closing.pk, can["can_export"]
    may_compile = can["can_compile"] and closing.status == Status.COMPILED
    return head_of(
        f"{closing.area} {closing.year} 年度结账 第 {closing.version} 版",
        (closing.status, closing.get_status_display()),
        turn=_turn(closing, can),
        steps=steps_of(
            Status.choices,
            [Status.COMPILED, Status.SIGNED],
            closing.status,
            days={
                Status.COMPILED: timezone.localdate(closing.compiled_at),
                Status.SIGNED: closing.signed_at and timezone.localdate(closing.signed_at),
            },
            ends_with=[Status.REOPENED],
        ),
        next_steps=[action("签署", "closing_sign", pk, icon="pencil", when=can["can_sign"])],
        others=[
            action("重新编制", "closing_new", closing.year, query=f"?area={closing.area_id}", when=may_compile),
            action("年度报表 PDF", "closing_statement", pk, "pdf", when=exports),
            action("年度报表 Word", "closing_statement", pk, "docx", when=exports),
            action("数据 JSON", "closing_export", pk, when=exports),
            action("核验", "closing_verify", pk, when=exports),
            action("重开", "closing_reopen", pk, when=can["can_reopen"]),
        ],
    )


def _turn(closing: YearClosing, can: Mapping[str, Any]) -> str:
    def at(moment: Any) -> str:
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"

    if closing.status == Status.COMPILED:
        why = "" if can["can_sign"] else f"（{can['can_sign'].reason}）"
        return f"自 {at(closing.compiled_at)} 起等待领导签署{why}"
    if closing.status == Status.SIGNED:
        signed = f"已由 {closing.signed_by} 于 {at(closing.signed_at)} 签署并封存"
        return f"{signed}。修改当年记录须写明理由；整年重开由领导办理"
    reopened = f"由 {closing.reopened_by} 于 {at(closing.reopened_at)} 重开：{closing.reopen_reason}"
    return f"{reopened}。这一版原样保留"
