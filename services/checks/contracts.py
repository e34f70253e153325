"""Against what was agreed: the contract's term and its quantities."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from services.checks.base import REPORTED, Hit, Severity, check
from services.models import ActivitySession


@check("outside_term", "不在合同期内", "举办日期不在合同履行期内")
def outside_term(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session in sessions:
        if session.contract_line is None:
            continue
        contract = session.contract_line.contract
        if not contract.starts_on <= session.held_on <= contract.ends_on:
            term = f"{contract.starts_on:%Y-%m-%d} 至 {contract.ends_on:%Y-%m-%d}"
            yield Hit(session, Severity.SERIOUS, f"合同“{contract.title}”履行期为 {term}，本场在期外")


@check("over_quota", "超出合同数量", "上报的场次多于合同约定的数量")
def over_quota(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    """The last ones reported are beyond; a verified one never is."""
    asked = {session.pk: session for session in sessions if session.contract_line is not None}
    lines = {session.contract_line_id: session.contract_line for session in asked.values()}
    rows = (
        ActivitySession.objects.filter(contract_line__in=lines, status__in=REPORTED)
        .order_by("contract_line", "pk")
        .values_list("contract_line", "status", "submitted_at", "pk")
    )
    for line_key, result in groupby(rows, key=lambda row: row[0]):
        line = lines[line_key]
        ranked = sorted(result, key=lambda row: (row[1] != "verified", row[2] is None, row[2] or 0, row[3]))
        for place, (*_, pk) in enumerate(ranked, start=1):
            if line is not None and place > line.quantity and pk in asked:
                text = f"合同明细“{line.title}”约定 {line.quantity} 场，本场是上报的第 {place} 场"
                yield Hit(asked[pk], Severity.SERIOUS, text)
