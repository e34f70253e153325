"""The checklist of an acceptance: each number computed, with the page that shows its rows."""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.http import urlencode

from services.models import Acceptance, ActivitySession, Finding
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.wilson import wilson

WEAK = (ActivitySession.Evidence.HEAD_COUNT, ActivitySession.Evidence.LATE, ActivitySession.Evidence.LEDGER)


@dataclass(frozen=True)
class AcceptanceItem:
    """One line: what, how much, how much was agreed, whether it holds, and where its rows are."""

    label: str
    value: str
    needed: str
    holds: bool
    link: str = ""
    is_weak: bool = False  # evidence shown apart: no failure, but to be looked at

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


def checklist_of(acceptance: Acceptance) -> list[AcceptanceItem]:
    """What was delivered in this batch, against the contract; for a final one with all earlier batches."""
    contract = acceptance.contract
    chosen = ActivitySession.objects.filter(accepted_in__acceptance=acceptance)
    if acceptance.is_final:
        chosen = ActivitySession.objects.filter(
            accepted_in__acceptance__contract=contract,
            accepted_in__acceptance__in=contract.acceptances.exclude(status=Acceptance.Status.CANCELLED).exclude(
                decision=Acceptance.Decision.REFUSED
            ),
        )
    sessions = list(chosen.only("pk", "contract_line", "workers_served", "responses", "satisfied", "evidence"))

    def rows(**filters: Any) -> str:
        return f"{reverse('services:session_list')}?{urlencode({'contract': contract.pk, 'totals': 1, **filters})}"

    items = []
    for line in contract.lines.all():
        done = sum(session.contract_line_id == line.pk for session in sessions)
        items.append(
            AcceptanceItem(
                f"场次：{line.title}",
                f"{done} 场",
                f"{line.quantity} 场" if acceptance.is_final else "本批",
                done >= line.quantity if acceptance.is_final else True,
                rows(status="verified"),
            )
        )
    workers = sum(session.workers_served or 0 for session in sessions)
    if acceptance.is_final and contract.target_workers:
        target = contract.target_workers
        items.append(
            AcceptanceItem(
                "服务人次", f"{workers:,} 人次", f"{target:,} 人次", workers >= target, rows(status="verified")
            )
        )
    else:
        items.append(AcceptanceItem("服务人次", f"{workers:,} 人次", "—", True, rows(status="verified")))
    items.append(_satisfaction(contract, sessions, rows(status="verified")))
    items += _evidence(sessions, rows)
    items += _open_questions(contract, rows)
    missing = [document.title for document in contract.documents.select_related("attachment") if not document.is_there]
    if acceptance.is_final:
        page = reverse("services:contract_detail", args=[contract.pk])
        items.append(
            AcceptanceItem(
                "应交材料", f"缺 {'、'.join(missing)}" if missing else "齐全", "齐全", not missing, f"{page}#documents"
            )
        )
    return items


def _satisfaction(contract: Any, sessions: list[ActivitySession], link: str) -> AcceptanceItem:
    answers, satisfied = sum(session.responses for session in sessions), sum(session.satisfied for session in sessions)
    attended = sum(session.workers_served or 0 for session in sessions)
    needed = f"不低于 {contract.satisfaction_floor}%，至少 {contract.least_answers} 份评价"
    interval = wilson(satisfied, answers)
    if interval is None:
        return AcceptanceItem("满意率", "没有评价", needed, False, link)
    rate = satisfied / answers
    little = answers < contract.least_answers
    text = f"{rate:.1%}（{answers:,} 份评价 / {attended:,} 人次，95% 区间 {interval[0]:.1%}–{interval[1]:.1%}）"
    return AcceptanceItem(
        "满意率",
        f"{text}，样本不足" if little else text,
        needed,
        not little and rate * 100 >= float(contract.satisfaction_floor),
        link,
    )


def _evidence(sessions: list[ActivitySession], rows: Any) -> list[AcceptanceItem]:
    """What the numbers rest on, and what has nothing attached to show for it."""
    items = []
    for kind in WEAK:
        n = sum(session.evidence == kind for session in sessions)
        if n:
            items.append(
                AcceptanceItem(f"佐证较弱：{kind.label}", f"{n} 场", "尽量少", True, rows(evidence=kind.value), True)
            )
    keys = [session.pk for session in sessions]
    content_type = ContentType.objects.get_for_model(ActivitySession)
    with_files = set(
        Attachment.objects.filter(content_type=content_type, object_id__in=keys, removed_at__isnull=True).values_list(
            "object_id", flat=True
        )
    )
    bare = [session for session in sessions if session.pk not in with_files and session.evidence in WEAK]
    items.append(
        AcceptanceItem("没有签到也没有照片或名单", f"{len(bare)} 场", "0 场", not bare, rows(status="verified"))
    )
    return items


def _open_questions(contract: Any, rows: Any) -> list[AcceptanceItem]:
    """What is reported and not settled yet."""
    pending = ActivitySession.objects.pending().filter(contract_line__contract=contract).count()
    findings = Finding.objects.open().filter(session__contract_line__contract=contract)
    page = (
        f"{reverse('services:finding_list')}?{urlencode({'status': 'open', 'organization': contract.organization_id})}"
    )
    return [
        AcceptanceItem("已举办、未核实", f"{pending} 场", "0 场", not pending, rows(status="pending")),
        AcceptanceItem("没有处理的疑点", f"{findings.count()} 个", "0 个", not findings.exists(), page),
    ]
