"""What stands open before a county's year can be closed."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mediation.models import RewardStatement
from mediation.models.rewards import STATEMENT_READERS
from services.models import ActivitySession, Finding, FollowUp, ServiceContract
from services.models.findings import FEEDBACK_READERS
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.metrics.models import StaleMark


@dataclass(frozen=True)
class ClosingItem:
    """A line of the checklist: what, how many are open, whether they forbid closing or ask for a word, and where they are."""

    title: str
    open: int
    forbids: bool = False
    text: str = ""
    link: str = ""
    readers: tuple[Role, ...] = ()  # who may open it; nobody said: all

    @property
    def is_clear(self) -> bool:
        return not self.open

    def is_open_to(self, user: User) -> bool:
        return not self.readers or bool(user.holds(*self.readers))

    def as_json(self) -> list[Any]:
        return [self.title, self.open, self.text]


def checklist(area: Area, year: int) -> list[ClosingItem]:
    """What forbids closing stands first; what may stay open must be explained in the remarks."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    today = timezone.localdate()
    sessions = ActivitySession.objects.filter(within(area.pk), held_on__range=(first, last)).exclude(
        status__in=ActivitySession.VOID
    )
    pending = sessions.pending()
    unreported = sessions.overdue()
    of_year = Q(session__held_on__range=(first, last)) & within(area.pk, "session__area")
    findings = Finding.objects.open().filter(of_year).exclude(session__status=ActivitySession.Status.DELETED)
    ended = ServiceContract.objects.filter(within(area.pk, "organization__area")).unaccepted(first, last)
    statements = RewardStatement.objects.open().filter(within(area.pk, "studio__area"), year=year)

    def sessions_link(**params: str) -> str:
        return _link("services:session_list", area=area.pk, first=first, last=last, **params)

    return [
        ClosingItem("年度已经结束", int(today <= last), True, f"{year} 年尚未结束，{year + 1} 年 1 月 1 日起可以编制"),
        ClosingItem(
            "评价已经截止",
            sessions.rateable().count(),
            True,
            "这些场次的评价还在开放，截止后数字才不再变动",
            sessions_link(status="rateable"),
        ),
        ClosingItem(
            "指标已刷新",
            StaleMark.objects.filter(month__lte=year * 100 + 12).count(),
            True,
            "有变动等待汇总，通常几秒内完成；编制时会先刷新",
        ),
        ClosingItem("场次都已上报", unreported.count(), False, "活动日已过、尚未上报", sessions_link(status="overdue")),
        ClosingItem(
            "场次都已核实", pending.count(), False, "已举办或已上报、尚未核实", sessions_link(status="pending")
        ),
        ClosingItem(
            "疑点都已处理",
            findings.count(),
            False,
            "检查发现、尚未处理的疑点",
            _link("services:finding_list", status="open", area=area.pk, first=first, last=last),
            FEEDBACK_READERS,
        ),
        ClosingItem(
            "差评都已回访",
            FollowUp.objects.open().filter(of_year).count(),
            False,
            "1–2 分评价尚未回访",
            _link("services:follow_up_list", outcome="open", area=area.pk, first=first, last=last),
            FEEDBACK_READERS,
        ),
        ClosingItem(
            "到期合同都已验收",
            ended.count(),
            False,
            "履行期已满、尚未验收",
            _link("services:contract_list", area=area.pk, unaccepted_from=first, unaccepted_to=last),
        ),
        ClosingItem(
            "奖补结算都已批准",
            statements.count(),
            False,
            "当年的结算单尚未批准",
            _link("mediation:statement_list", year=year, status="open", area=area.pk),
            STATEMENT_READERS,
        ),
    ]


def _link(page: str, **params: Any) -> str:
    return f"{reverse(page)}?{urlencode(params)}"
