"""What every action on a case ends with: a line of what happened, the next day to watch, and no person's name in the open."""

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from mediation.models import CaseEvent, MediationCase, Party
from mediation.selectors.deadlines import Law, next_due
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of
from xiangshan.core.records import create, lock
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.on_records import page_of

# A telephone (工信部 numbering), identity (GB 11643) or account number written into plain text, once spaces and dashes are out.
# How somebody is called whose name nobody has asked yet: no name.
NOBODY = {"来电人", "职工", "工人", "员工", "先生", "女士", "师傅", "老板", "负责人", "当事人"}
PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{9,11}|\d{15,19}[Xx]?)(?!\d)")


def held(case: MediationCase) -> MediationCase:
    """The row as it is now; nothing read of it before stays in mind."""
    return lock(case)


def record_event(case: MediationCase, kind: str, *, by: User, at: datetime | None = None, text: str = "") -> CaseEvent:
    event = CaseEvent(case=case, kind=kind, at=at or timezone.now(), text=text, by=by)
    return create(event, by=by, verb=str(event.get_kind_display()))


def keep_due(case: MediationCase, law: Law | None = None) -> None:
    """The next day to watch stands on the case, for lists. It follows from the rest and has no history."""
    due_on, text = next_due(MediationCase.objects.get(pk=case.pk), law)
    MediationCase.objects.filter(pk=case.pk).update(next_due_on=due_on, next_due_text=text)
    case.next_due_on, case.next_due_text = due_on, text


def refuse_names(case: MediationCase | None, **texts: str) -> None:
    """Plain fields name nobody. Raises ValidationError by field: what concerns people is written where it is encrypted."""
    known: set[str] = set()
    if case is not None and case.pk:
        for party in Party.objects.filter(case=case):
            known |= {word for word in (party.name, party.phone, party.id_number) if len(word) > 1} - NOBODY
    refuse_words(known, **texts)


def refuse_words(known: set[str], **texts: str) -> None:
    """Raises ValidationError by field, where a text holds one of these words or what looks like a person's number."""
    wrong = {}
    for name, text in texts.items():
        compact = re.sub(r"[\s-]", "", text or "")
        if PERSONAL.search(compact) or any(word in text or word in compact for word in known):
            wrong[name] = "不要写当事人姓名、电话或证件号码；这些写在当事人和办案经过里，那里加密保存"
    if wrong:
        raise ValidationError(wrong)


def tell_studio(case: MediationCase, key: str, text: str) -> None:
    notify(holders(Role.MEDIATOR, case.studio_id), key, text, page_of(case))


def tell_team(case: MediationCase, key: str, text: str) -> None:
    """Who mediates it; the whole studio where nobody leads yet."""
    team: Any = User.objects.filter(pk__in=case.members.filter(left_on__isnull=True).values("user"), is_active=True)
    people = list(team)
    notify(people or holders(Role.MEDIATOR, case.studio_id), key, text, page_of(case))


def tell_supervisors(area_id: int, key: str, text: str, link: str) -> None:
    notify(holders(Role.MEDIATION_SUPERVISOR, county_of(area_id)), key, text, link)
