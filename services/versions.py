"""Versions of a contract: what one says, and how two differ."""

from dataclasses import dataclass
from typing import Any

from services.models import ServiceContract
from xiangshan.core.money import as_yuan

FIELDS = (
    "title",
    "starts_on",
    "ends_on",
    "amount",
    "target_workers",
    "satisfaction_floor",
    "least_answers",
    "survey_days",
)


def snapshot(contract: ServiceContract) -> dict[str, dict[str, str]]:
    """What a contract says, in words: its terms of agreement, lines, payments and documents; each by a key that stays."""
    contract = ServiceContract.objects.get(pk=contract.pk)
    general = {
        _label(contract, name): as_yuan(contract.amount)
        if name == "amount"
        else str(getattr(contract, name) if getattr(contract, name) is not None else "—")
        for name in FIELDS
    }
    return {
        "合同": general,
        "明细": {str(line.pk): _line(line) for line in contract.lines.select_related("category")},
        "付款": {str(term.pk): f"{term}，计 {as_yuan(term.amount)}" for term in contract.terms.all()},
        "应交材料": {
            str(document.pk): f"{document.get_due_display()}：{document.title}" for document in contract.documents.all()
        },
    }


def _label(contract: Any, name: str) -> str:
    return str(contract._meta.get_field(name).verbose_name)


def _line(line: Any) -> str:
    price = f"包干 {as_yuan(line.lump_sum)}" if line.lump_sum is not None else ""
    if line.unit_price is not None:
        price = f"每场 {as_yuan(line.unit_price)}"
    rehearsed = "，须先试讲" if line.rehearsal_required else ""
    return f"{line.category} {line.title}，{line.quantity} 场{',' if price else ''}{price}{rehearsed}"


@dataclass(frozen=True)
class VersionDifference:
    """One thing that changed; empty before: added, empty after: taken out."""

    part: str
    what: str
    before: str
    after: str


def differences(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[VersionDifference]:
    """What differs from one snapshot to the next, part by part."""
    items = []
    for part in after:
        old, new = before.get(part, {}), after[part]
        for key in [*old, *(key for key in new if key not in old)]:
            if old.get(key, "") != new.get(key, ""):
                items.append(VersionDifference(part, key if part == "合同" else "", old.get(key, ""), new.get(key, "")))
    return items
