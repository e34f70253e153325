"""What the field left behind: sign-ins, comments, follow-ups, call-outs; and around today a handful of findings to settle."""

import random
from datetime import time, timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from orgs.models import SocialOrganization, Venue
from services.actions import checks
from services.models import (
    ActivitySession,
    CallOut,
    ContractLine,
    FollowUp,
    ServiceCategory,
    SignIn,
    SurveyResponse,
    SurveyTicket,
)
from xiangshan.core.accounts.models import User
from xiangshan.core.records import create, create_many
from xiangshan.demo.around_today import FOUND, AroundToday, at
from xiangshan.shared.attachments.actions import attach

VERB = "演示数据"
BY_CODE = {"changing_code", "paper_code", "paper_list"}
COMMENTS = {
    5: ("讲得很实用，希望多办", "老师很专业", "组织得很好，服务热情", "下次再来"),
    4: ("内容不错，时间太短", "场地有点挤", "希望安排在下班后"),
    3: ("空调太热，听不清", "签到排队有点久"),
    2: ("等了半小时才开始", "话筒声音太小，后排听不清"),
    1: ("时间通知错了，白跑一趟", "内容和通知的不一样"),
}
OUTCOMES = (
    ("mended", "已与组织沟通，下一场改进。"),
    ("explained", "向用人单位说明情况，表示理解。"),
    ("unknown", "向组织和单位了解，未能核实。"),
)
CALLS = {"台风值守": "typhoon", "失踪人员搜寻": "missing", "景区安全保障": "standby", "赛事安保": "event"}


def load(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> dict[str, int]:
    signed = _sign_ins(chance)
    follow_ups = _feedback(chance, people, around)
    calls = _call_outs(chance, people, teams["雄鹰应急救援队"])
    return {
        "sign_ins": signed,
        "follow_ups": follow_ups,
        "call_outs": calls,
        "findings": _findings(chance, people, teams, around),
    }


def _sign_ins(chance: random.Random) -> int:
    """Behind every number that is said to be proven stand nearly as many sign-ins."""
    sessions = list(ActivitySession.objects.filter(evidence__in=BY_CODE, workers_served__isnull=False).order_by("pk"))
    rows = []
    for session in sessions:
        workers = session.workers_served or 0
        session.sign_ins = max(1, round(workers * chance.uniform(0.86, 1)))
        begins = at(session.held_on, session.starts_at.hour if session.starts_at else 9)
        rows += [
            SignIn(
                id=chance.getrandbits(62),
                session=session,
                how=session.evidence,
                digest=f"{n:032d}",
                minute=begins + timedelta(minutes=chance.randint(-10, 15)),
            )
            for n in range(session.sign_ins)
        ]
    SignIn.objects.bulk_create(rows, batch_size=2000)
    ActivitySession.objects.bulk_update(sessions, ["sign_ins"], batch_size=500)
    return len(rows)


def _feedback(chance: random.Random, people: dict[str, User], around: AroundToday) -> int:
    """Every eighth answer in words; every low one followed up, those of the last days not yet."""
    answers = list(SurveyResponse.objects.select_related("session").order_by("session", "pk"))
    commented = []
    for answer in answers:
        if answer.is_low or chance.random() < 0.06:
            answer.comment = chance.choice(COMMENTS[answer.overall])
            commented.append(answer)
    SurveyResponse.objects.bulk_update(commented, ["comment"], batch_size=500)
    low = [answer for answer in answers if answer.is_low]
    newest = sorted(low, key=lambda answer: answer.answered_on)[-5:]
    rows = []
    for answer in low:
        follow_up = FollowUp(
            id=chance.getrandbits(62),
            response=answer,
            session=answer.session,
            opened_on=answer.answered_on,
            responsible=people["county"],
            due_on=answer.answered_on + timedelta(days=7),
        )
        if answer not in newest:
            follow_up.outcome, follow_up.text = chance.choice(OUTCOMES)
            follow_up.closed_by, follow_up.closed_on = people["county"], answer.answered_on + timedelta(days=5)
        else:
            follow_up.due_on = around.day(chance.randint(-1, 6))
        rows.append(follow_up)
    FollowUp.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _call_outs(chance: random.Random, people: dict[str, User], team: SocialOrganization) -> int:
    sessions = ActivitySession.objects.filter(organization=team, category__code="rescue", status="verified")
    rows = []
    for session in sessions.filter(title__in=CALLS).select_related("area").order_by("pk"):
        started_at = at(session.held_on, session.starts_at.hour if session.starts_at else 9, 10)
        people_out = chance.randint(5, 18)
        rows.append(
            CallOut(
                session=session,
                kind=CALLS[session.title],
                place=session.area.name,
                started_at=started_at,
                ended_at=started_at + timedelta(minutes=chance.randint(90, 600)),
                people=people_out,
                people_helped=session.workers_served,
                started_by=people["reporter"],
            )
        )
    return len(create_many(rows, by=people["county"], verb=VERB))


def _photo(chance: random.Random) -> "ContentFile[bytes]":
    """A scene nobody is on: a hall, seats, a screen, in colours of its own."""
    image = Image.new("RGB", (1024, 768), f"#{chance.randint(0x808080, 0xDDDDDD):06x}")
    draw = ImageDraw.Draw(image)
    for _ in range(26):
        left, top = chance.randint(0, 900), chance.randint(0, 650)
        shape = (left, top, left + chance.randint(40, 320), top + chance.randint(40, 260))
        draw_shape = draw.ellipse if chance.random() < 0.5 else draw.rectangle
        draw_shape(shape, fill=f"#{chance.randint(0, 0xFFFFFF):06x}")
    file = BytesIO()
    image.save(file, "JPEG", quality=88)
    return ContentFile(file.getvalue(), f"现场{chance.randint(100, 999)}.jpg")


def _findings(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> int:
    """Reports that were better looked at twice. They are planted as reports; the checks find them by themselves."""
    day = around.day(-FOUND)
    categories = {category.code: category for category in ServiceCategory.objects.all()}
    home, hall = (Venue.objects.select_related("area").filter(kind=kind).order_by("pk")[0] for kind in ("home", "hall"))

    def report(team: str, category: str, title: str, venue: Venue, hour: int, workers: int, **values: Any) -> Any:
        session = ActivitySession(
            organization=teams[team],
            category=categories[category],
            title=title,
            area=venue.area,
            venue=venue,
            held_on=values.pop("held_on", day),
            starts_at=time(hour),
            ends_at=time(hour + 2),
            status="submitted",
            evidence=values.pop("evidence", "head_count"),
            workers_served=workers,
            volunteers=3,
            summary="活动顺利。",
            submitted_by=people["reporter"],
            submitted_at=at(day, values.pop("at", 21)),
            reported_on=day,
            reported_in_time=True,
            **values,
        )
        return create(session, by=people["county"], verb=VERB)

    first = report("美容美发协会", "handy", "为环卫工人理发", home, 9, 36, at=20)
    attach(first, [scene := _photo(chance), _photo(chance)], by=people["county"])
    second = report("绿丝带志愿者协会", "handy", "车间便民服务", hall, 14, 40)
    scene.seek(0)
    attach(second, [scene], by=people["county"])
    planted = [second]
    planted.append(report("美容美发协会", "handy", "社区义剪", hall, 10, 30))
    line = ContractLine.objects.filter(
        contract__organization=teams["县篮球协会"], contract__starts_on__lte=day, contract__ends_on__gte=day
    ).first()
    if line is not None:
        bought: dict[str, Any] = {"basis": "bought", "contract_line": line}
        report("县篮球协会", line.category.code, "三人篮球赛", hall, 18, 60, at=20, **bought)
        planted.append(report("县篮球协会", line.category.code, "职工篮球之夜", hall, 18, 60))
    planted.append(report("县职工艺术团", "arts", "元旦彩排慰问", home, 12, 200))
    few = report("塔山社区", "handy", "邻里便民集市", hall, 9, 60, evidence="changing_code", sign_ins=22)
    SignIn.objects.bulk_create(
        SignIn(session=few, how="changing_code", digest=f"{n:032d}", minute=at(day, 9, n % 30)) for n in range(22)
    )
    planted.append(few)
    rated = report("海上老娘舅", "law", "渔民法律课堂", hall, 15, 40, responses=34, satisfied=34)
    SurveyResponse.objects.bulk_create(SurveyResponse(session=rated, overall=5, answered_on=day) for _ in range(34))
    SurveyTicket.objects.bulk_create(
        SurveyTicket(session=rated, digest=f"{n:064d}", source="one hand", minute=at(day, 21, 5 + n % 3))
        for n in range(34)
    )
    planted.append(rated)
    return checks.check([item.pk for item in planted])
