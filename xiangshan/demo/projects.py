"""Support projects of the demo data: a year that is over, one that runs, a call under review and one that is open."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orgs.models import SocialOrganization
from projects.actions import programmes
from projects.models import (
    BudgetLine,
    Completion,
    Disbursement,
    Milestone,
    PlanChange,
    Programme,
    ProgrammeCriterion,
    ProgressReport,
    ProjectPaper,
    Review,
    ReviewScore,
    Support,
    SupportProject,
)
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import county_code
from xiangshan.core.money import split
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create, create_many
from xiangshan.demo.around_today import AroundToday, at
from xiangshan.demo.plans import DECLINED, PLANS, REMARKS, YearPlan, small_plan

VERB = "演示数据"
COUNTY = 330225_000_000
OVER = date(2020, 1, 2)  # the day the projects of the year that is over were decided


class Writer:
    """Who acts, and whose chance it is."""

    def __init__(self, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday) -> None:
        self.people, self.teams, self.around = people, teams, around
        self.chance = random.Random(2020)
        self.reviewers = [people[name] for name in ("town", "finance", "leadership")]

    def applicant(self, name: str) -> User:
        return self.people["leader" if name == "心理学习小组" else "reporter"]

    def programme(self, title: str, opens: date, closes: date, budget: int, status: str, **values: Any) -> Programme:
        made = create(
            Programme(
                title=title,
                theme="充实队伍、改善装备与场地，常态化服务职工",
                area_id=COUNTY,
                budget=Decimal(budget),
                call="面向在我县开展职工服务的社会组织。请写清做什么、为谁做、花多少钱；预算逐项列出依据。\n"
                "资金之外，还可以申请场地、装备、培训和宣传。不支持购车、建房和人员工资。",
                opens_at=at(opens, 9),
                closes_at=at(closes, 17),
                status=status,
                created_by=self.people["county"],
                **values,
            ),
            by=self.people["county"],
            verb=VERB,
        )
        create_many(
            [ProgrammeCriterion(programme=made, **item) for item in programmes.USUAL_CRITERIA], by=None, verb=VERB
        )
        return made

    def project(self, name: str, plan: YearPlan, starts: date, ends: date, **values: Any) -> Any:
        asked = sum(line[3] for line in plan.lines)
        made = create(
            SupportProject(
                organization=self.teams[name],
                title=plan.title,
                goal=plan.goal,
                plan=plan.story,
                planned_sessions=plan.sessions,
                planned_workers=plan.sessions * 40,
                starts_on=starts,
                ends_on=ends,
                requested_amount=Decimal(asked),
                applied_by=self.applicant(name),
                **values,
            ),
            by=self.applicant(name),
            verb=VERB,
        )
        granted = made.status in SupportProject.GRANTED
        supports = [Support(project=made, kind=kind, asked=asked, is_granted=granted) for kind, asked in plan.supports]
        create_many(supports, by=None, verb=VERB)
        spent = split(Decimal(asked - plan.unspent), [Decimal(line[3]) for line in plan.lines])
        over = made.status in ("completed", "closed")
        create_many(
            [
                BudgetLine(
                    project=made,
                    title=title,
                    basis=basis,
                    amount=Decimal(cost),
                    requested=Decimal(requested),
                    spent=used if over else Decimal(0),
                )
                for (title, basis, cost, requested), used in zip(plan.lines, spent, strict=True)
            ],
            by=None,
            verb=VERB,
        )
        return made

    def reviews(self, projects: list[Any], day: date) -> None:
        """Three sheets each; who once advised a team stood back."""
        sheets: list[Any] = []
        scores = []
        for project in projects:
            for reviewer in self.reviewers:
                recused = reviewer is self.people["finance"] and project.organization == self.teams["海上老娘舅"]
                sheets.append(
                    Review(project=project, reviewer=reviewer, status="recused", recusal_reason="曾任该中心顾问")
                    if recused
                    else Review(
                        project=project,
                        reviewer=reviewer,
                        status="submitted",
                        comment=self.chance.choice(REMARKS),
                        submitted_at=at(day, 16),
                    )
                )
        for sheet in create_many(sheets, by=None, verb=VERB):
            if sheet.status == "submitted":
                best = 78 if sheet.project.status == "declined" else 96
                scores += [
                    ReviewScore(review=sheet, criterion=item, points=Decimal(self.chance.randint(best - 22, best)))
                    for item in sheet.project.programme.criteria.all()
                ]
        create_many(scores, by=None, verb=VERB)

    def milestones(self, project: Any, plan: YearPlan, done: int) -> list[Milestone]:
        """Evenly over the term; so many of them reached and confirmed."""
        step = (project.ends_on - project.starts_on) / (len(plan.milestones) + 1)
        items = []
        for n, title in enumerate(plan.milestones):
            due = project.starts_on + step * (n + 1)
            made = Milestone(project=project, title=title, due_on=due)
            if n < done:
                made.reached_on = due - timedelta(days=self.chance.randint(0, 9))
                made.evidence = "已按计划完成，照片与签到表在项目页。"
                made.reported_by = self.applicant(str(project.organization))
                made.confirmed_by = self.people["county"]
            items.append(made)
        return create_many(items, by=None, verb=VERB)

    def tranche(
        self, project: SupportProject, title: str, share: int, milestone: Milestone | None, day: date, status: str
    ) -> Disbursement:
        amount = project.granted_amount * share / 100
        asked = {"requested_by": self.applicant(str(project.organization)), "requested_at": at(day, 10)}
        approved = {"approved_by": self.people["finance"], "approved_at": at(day + timedelta(days=3), 10)}
        paid = {
            "paid_on": day + timedelta(days=7),
            "paid_by": self.people["finance"],
            "voucher_number": f"记{day:%m}-{next_number('demo-voucher'):03d}",
        }
        steps: dict[str, dict[str, Any]] = {
            "planned": {},
            "requested": asked,
            "approved": asked | approved,
            "paid": asked | approved | paid,
        }
        number = f"象工扶拨〔{project.year}〕{next_number(f'disbursement-{county_code(COUNTY)}-{project.year}'):03d}号"
        made = Disbursement(
            project=project, number=number, title=title, milestone=milestone, amount=amount, status=status,
            **steps[status],
        )  # fmt: skip
        return create(made, by=None, verb=VERB)

    def report(self, project: SupportProject, title: str, due: date, status: str = "accepted", **values: Any) -> None:
        if status in ("accepted", "submitted"):
            values |= {
                "content": "本期活动按计划开展，人数与满意度见活动场次；骨干队伍稳定。",
                "submitted_by": self.applicant(str(project.organization)),
                "submitted_at": at(min(due, self.around.today) - timedelta(days=2), 15),
            }
        if status in ("accepted", "skipped"):
            values |= {"settled_by": self.people["county"]}
        create(ProgressReport(project=project, title=title, due_on=due, status=status, **values), by=None, verb=VERB)


def load(people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday) -> dict[str, int]:
    writer = Writer(people, teams, around)
    _over(writer)
    _running(writer)
    _open_calls(writer)
    return {"projects": SupportProject.objects.count()}


def _decided(
    writer: Writer, title: str, day: date, starts: date, ends: date, status: str, paid: int = 100
) -> list[Any]:
    """A call that was decided on a day: what was granted and how much of it paid (in %), what was not, how it was judged."""
    call = writer.programme(
        title,
        day - timedelta(days=40),
        day - timedelta(days=20),
        330_000,
        "decided",
        year=starts.year,
        granted=Decimal(325_000),
        decided_by=writer.people["county"],
        decided_on=day,
    )
    sent = {"programme": call, "year": starts.year, "submitted_at": at(day - timedelta(days=25), 14)}
    decided = {"decided_by": writer.people["county"], "decided_on": day}
    made = []
    for name, plan in PLANS.items():
        grant = Decimal(sum(line[3] for line in plan.lines))
        money = {"granted_amount": grant, "committed_amount": grant, "paid_amount": grant * paid / 100}
        made.append(writer.project(name, plan, starts, ends, status=status, **money, **sent, **decided))
    for name in DECLINED:
        made.append(
            writer.project(
                name,
                small_plan(name),
                starts,
                ends,
                status="declined",
                decision_reason="预算有限，排名在资金线以下；可先借用场地和装备开展活动。",
                **sent,
                **decided,
            )
        )
    writer.reviews(made, day - timedelta(days=8))
    return made[: len(PLANS)]


def _over(writer: Writer) -> None:
    """2020: paid in two tranches, reported, accepted; what was not used came back."""
    projects = _decided(writer, "2020 年社会组织扶持计划", OVER, date(2020, 1, 1), date(2020, 12, 31), "closed")
    for project, plan in zip(projects, PLANS.values(), strict=True):
        milestones = writer.milestones(project, plan, done=len(plan.milestones))
        writer.tranche(project, "首期", 60, None, date(2020, 1, 13), "paid")
        writer.tranche(project, "二期", 40, milestones[0], milestones[0].due_on + timedelta(days=3), "paid")
        for n, month in enumerate((4, 7, 10), start=1):
            skipped = n == 1 and plan.unspent
            remark = "受疫情影响一季度未开展活动，免交" if skipped else "同意"
            writer.report(
                project,
                f"第 {n} 期进展报告",
                date(2020, month, 10),
                "skipped" if skipped else "accepted",
                remark=remark,
            )
        writer.report(project, "总结报告", date(2021, 1, 20), remark="同意验收", is_final=True)
        returned = {"returned_on": date(2021, 2, 3), "return_voucher": f"退{project.pk:03d}"} if plan.unspent else {}
        completion = Completion(
            project=project,
            reached=f"{'、'.join(plan.milestones)}均已达成；{plan.goal}",
            verdict="passed",
            opinion="目标达成，账目清楚，同意验收。",
            paid=project.granted_amount,
            spent=project.granted_amount - plan.unspent,
            returned=Decimal(plan.unspent),
            accepted_by=writer.people["county"],
            accepted_on=date(2021, 1, 27),
            **returned,
        )
        create(completion, by=writer.people["county"], verb=VERB)
    training = projects[0].milestones.last()
    asked = PlanChange(
        project=projects[0],
        because="“黑格比”台风抢险连续出动，培训顺延一个月。",
        milestone=training,
        new_due_on=date(2020, 11, 5),
        status="approved",
        requested_by=writer.people["reporter"],
        requested_at=at(date(2020, 8, 10), 9),
        decided_by=writer.people["county"],
        opinion="情况属实，同意",
    )
    create(asked, by=writer.people["reporter"], verb=VERB)
    change(training, by=writer.people["county"], verb=VERB, due_on=asked.new_due_on)


def _running(writer: Writer) -> None:
    """The projects of today: some as they should be, some late, each waiting for somebody else."""
    around, (starts, ends) = writer.around, writer.around.project_term
    projects = _decided(writer, "社会组织扶持计划", around.project_decided_on, starts, ends, "running", paid=60)
    second = ["planned", "requested", "approved", "planned", "planned", "planned", "planned"]
    for n, (project, plan) in enumerate(zip(projects, PLANS.values(), strict=True)):
        # The first is due before today in each; the fourth and the last did not reach it.
        milestones = writer.milestones(project, plan, done=0 if n in (3, 6) else 1)
        writer.tranche(project, "首期", 60, None, starts + timedelta(days=8), "paid")
        day = around.day(-4)
        writer.tranche(project, "二期", 40, milestones[0], day, second[n])
        writer.report(project, "第 1 期进展报告", starts + timedelta(days=90), remark="同意")
        late = n == 6
        due = around.day(-10 if late else 5)
        writer.report(project, "第 2 期进展报告", due, "submitted" if n in (0, 5) else "due")
        writer.report(project, "第 3 期进展报告", starts + timedelta(days=270), "due")
        writer.report(project, "总结报告", project.ends_on + timedelta(days=30), "due", is_final=True)
        papers = [ProjectPaper(project=project, title=title, due="completion") for title in ("决算表", "活动照片集")]
        create_many(papers, by=None, verb=VERB)
    ahead = projects[0].milestones.filter(reached_on__isnull=True).first()
    reached: dict[str, Any] = {"reached_on": around.day(-2), "evidence": "12 人全部取证，证书照片见项目页。"}
    change(ahead, by=writer.people["reporter"], verb="上报达成", reported_by=writer.people["reporter"], **reached)
    asked = PlanChange(
        project=projects[5],
        because="文化礼堂年底修缮，居民活动日顺延。",
        new_ends_on=projects[5].ends_on + timedelta(days=30),
        requested_by=writer.people["reporter"],
        requested_at=around.moment(-3, 9),
    )
    create(asked, by=writer.people["reporter"], verb=VERB)
    # One assigned without an application, not started yet.
    one = small_plan("261爱乐益")
    grant = Decimal(sum(line[3] for line in one.lines))
    assigned = {"status": "approved", "granted_amount": grant, "decided_by": writer.people["county"]}
    assigned_project = writer.project(
        "261爱乐益", one, around.today, around.day(200), year=around.today.year, decided_on=around.day(-2), **assigned
    )
    writer.milestones(assigned_project, one, done=0)


def _open_calls(writer: Writer) -> None:
    """A call under review, and one that is open: a leader's draft, and what others sent."""
    around = writer.around
    judged = writer.programme(
        "新就业群体服务专项", around.day(-30), around.day(-6), 20_000, "reviewing", year=around.today.year
    )
    ends = around.day(300)
    made = []
    for n, name in enumerate(("律师协会", "县足球协会", "红娘组", "安全讲师团")):
        sent = around.moment(-8 - n, 11)
        made.append(
            writer.project(
                name, small_plan(name, "服务新就业群体"), around.day(20), ends,
                programme=judged, year=around.today.year, status="reviewing", submitted_at=sent,
            )
        )  # fmt: skip
    sheets = [
        Review(project=project, reviewer=writer.people[name])
        for project in made
        for name in ("county", "town", "leadership")
    ]
    create_many(sheets, by=writer.people["county"], verb=VERB)
    call = writer.programme("小微团队种子计划", around.day(-7), around.day(14), 60_000, "open", year=around.today.year)
    for name, status in (("心理学习小组", "draft"), ("职工书画社", "submitted"), ("中医药服务队", "submitted")):
        when = {"submitted_at": around.moment(-1, 15)} if status == "submitted" else {}
        writer.project(
            name, small_plan(name, "种子项目"), around.day(40), ends, programme=call, year=around.today.year, status=status,
            **when,
        )  # fmt: skip
