"""Who a case is about: kept encrypted, looked at on purpose, taken away when the time is over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.actions import course, disputes
from mediation.models import Agreement, CaseEvent, CaseRead, HelpRequest, MediationCase, Party, PartyLookup, Reveal
from mediation.rules import cases as case_rules
from mediation.selectors.deadlines import known_law
from mediation.selectors.disputes import earlier_with
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.shared.attachments.actions import purge_files


@transaction.atomic
def add(case: MediationCase, *, by: User, **values: Any) -> Party:
    """登记当事人. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_work(by, case))
    party = create(Party(case=case, **values), by=by, verb="登记当事人")
    _still_nameless(case)
    disputes.settle(case, by=by)
    return party


@transaction.atomic
def edit(party: Party, *, by: User, **values: Any) -> Party:
    """更正当事人: what differs is kept, and shown in no history. Raises ValidationError."""
    case = course.held(party.case)
    require(case_rules.can_work(by, case))
    party = change(lock(party), by=by, verb="更正当事人", **values)
    _still_nameless(case)
    disputes.settle(case, by=by)
    return party


def _still_nameless(case: MediationCase) -> None:
    """A name that was not known before may stand in plain words already. Raises ValidationError."""
    texts = [case.subject, case.lessons, case.grade_reason]
    for rows, name in (
        (case.transfers, "reason"),
        (case.pauses, "reason"),
        (case.conflicts, "reason"),
        (case.referrals, "result"),
        (case.payments, "proof"),
        (case.reveals, "reason"),
    ):
        texts += rows.values_list(name, flat=True)
    try:
        course.refuse_names(case, **{f"text{n}": text for n, text in enumerate(texts)})
    except ValidationError as error:
        raise ValidationError("案情的事由、理由或经验里写着这位当事人，请先在“更新案情”里去掉") from error


@transaction.atomic
def reveal(party: Party, *, by: User, reason: str) -> Party:
    """查看: the party in plain, for a reason that stays. Raises ValidationError."""
    require(case_rules.can_reveal(by, party))
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明为什么要看"})
    course.refuse_names(party.case, reason=reason)
    log_reveal(party.case, by=by, reason=reason.strip(), party=party)
    return party


def log_reveal(case: MediationCase, *, by: User, reason: str, party: Party | None = None) -> Reveal:
    """What a page or a document shows in plain by itself, by a reason of its own."""
    return create(Reveal(case=case, party=party, by=by, reason=reason), by=by, verb="查看当事人", reason=reason)


@transaction.atomic
def look_up(*, by: User, phone: str = "", id_number: str = "") -> tuple[list[MediationCase], bool]:
    """按电话或证件查找: the cases one may open, and whether other studios know the same person. Each look is kept.

    Raises ValidationError for somebody who asks for one number after the other.
    """
    require(case_rules.can_find_parties(by))
    hour_ago = timezone.now() - timedelta(hours=1)
    if PartyLookup.objects.filter(by=by, at__gte=hour_ago).count() >= settings.PARTY_LOOKUPS_AN_HOUR:
        raise ValidationError("一小时内查找次数太多，请稍后再试")
    own, others = earlier_with(by, phone, id_number)
    PartyLookup.objects.create(by=by, found=len(own) + others)
    return own, others > 0


def log_access(case: MediationCase, *, by: User, what: str) -> None:
    """阅卷: by anybody outside the team."""
    if not case.members.filter(user=by, left_on__isnull=True).exists():
        CaseRead.objects.create(case=case, by=by, what=what)


def anonymise_cases(before: date) -> int:
    """隐去: closed cases of before that day lose whom they were about; numbers, days and amounts stay. Returns how many."""
    keys = list(MediationCase.objects.to_anonymise(before).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            case = MediationCase.objects.select_for_update().to_anonymise(before).filter(pk=key).first()
            if case is None:
                continue  # opened again meanwhile
            case.parties.update(name="", phone="", id_number="", phone_index="", id_index="")
            CaseEvent.objects.filter(case=case).update(text="")
            Agreement.objects.filter(case=case).update(terms="")
            HelpRequest.objects.filter(case=case).update(name="", phone="", text="")
            purge_files(case)
            change(case, by=None, verb="已过保存年限，隐去当事人", anonymised_on=timezone.localdate())
    return len(keys)


def forget_requests(before: datetime) -> int:
    """Who asked for help and got no case is forgotten after a while. Returns how many."""
    old = HelpRequest.objects.filter(asked_at__lt=before, case__isnull=True).exclude(name="")
    return old.update(name="", phone="", text="")


def refresh_deadlines() -> int:
    """Every night: the next day to watch of every case in work, by the law and calendar of today."""
    law, cases = known_law(), MediationCase.objects.in_work()
    for case in cases.iterator():
        course.keep_due(case, law)
    return cases.count()
