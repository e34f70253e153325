"""Who a case is about: kept sealed, looked at on purpose, taken away when the time is over."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation import rules
from mediation.actions.course import held, keep_due, refuse_names
from mediation.actions.disputes import settle_dispute
from mediation.models import Agreement, CaseEvent, CaseRead, HelpRequest, MediationCase, Party, Reveal
from xiangshan.accounts.models import User
from xiangshan.dossier.actions import purge_files
from xiangshan.records import change, create, lock
from xiangshan.rules import require


@transaction.atomic
def add_party(case: MediationCase, *, by: User, **values: Any) -> Party:
    """登记当事人. Raises ValidationError."""
    case = held(case)
    require(rules.can_work(by, case))
    party = create(Party(case=case, **values), by=by, verb="登记当事人")
    refuse_names(case, subject=case.subject)
    settle_dispute(case, by=by)
    return party


@transaction.atomic
def edit_party(party: Party, *, by: User, **values: Any) -> Party:
    """更正当事人: what differs is kept, and not told in any history. Raises ValidationError."""
    case = held(party.case)
    require(rules.can_work(by, case))
    party = change(lock(party), by=by, verb="更正当事人", **values)
    settle_dispute(case, by=by)
    return party


@transaction.atomic
def reveal_party(party: Party, *, by: User, reason: str) -> Party:
    """查看: the party in plain, for a reason that stays. Raises ValidationError."""
    require(rules.can_reveal(by, party))
    log_reveal(party.case, by=by, reason=reason, party=party)
    return party


def log_reveal(case: MediationCase, *, by: User, reason: str, party: Party | None = None) -> Reveal:
    """Raises ValidationError."""
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明为什么要看"})
    refuse_names(case, reason=reason)
    return create(Reveal(case=case, party=party, by=by, reason=reason.strip()), by=by, verb="查看当事人", reason=reason)


def log_read(case: MediationCase, *, by: User, what: str) -> None:
    """阅卷: by anybody outside the team."""
    if not case.members.filter(user=by, left_on__isnull=True).exists():
        CaseRead.objects.create(case=case, by=by, what=what)


def anonymise_cases(before: date) -> int:
    """隐去: closed cases of before that day lose whom they were about; numbers, days and amounts stay. Answers how many."""
    keys = list(MediationCase.objects.to_anonymise(before).order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            case = MediationCase.objects.select_for_update().get(pk=key)
            case.parties.update(name="", phone="", id_number="", phone_mark="", id_mark="")
            CaseEvent.objects.filter(case=case).update(words="")
            Agreement.objects.filter(case=case).update(terms="")
            HelpRequest.objects.filter(case=case).update(name="", phone="", words="")
            purge_files(case)
            change(case, by=None, verb="已过保存年限,隐去当事人", anonymised_on=timezone.localdate())
    return len(keys)


def refresh_deadlines() -> int:
    """Every night: the next day to watch of every case in work, by the law and calendar of today."""
    from mediation.selectors import known_law

    law, cases = known_law(), MediationCase.objects.in_work()
    for case in cases.iterator():
        keep_due(case, law)
    return cases.count()
