"""What the studios are paid for: schemes in versions, statements line by line, call-backs, objections, approval, payment."""

import random
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.actions import course
from mediation.models import CallBack, Dispute, RewardLine, RewardScheme, RewardStatement, Studio
from mediation.rules import rewards as reward_rules
from mediation.selectors.rewards import reckoned
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import county_code, county_of
from xiangshan.core.money import totals
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create, create_many, lock, remove_many
from xiangshan.core.rules import require
from xiangshan.shared import approved_payments
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.on_records import page_of

Status = RewardStatement.Status


@transaction.atomic
def draft_scheme(*, by: User, year: int, **values: Any) -> RewardScheme:
    """起草办法: the next version of its year. Raises ValidationError."""
    require(reward_rules.can_draft_schemes(by))
    area = county_of(min(by.scope(Role.MEDIATION_SUPERVISOR)))
    version = RewardScheme.objects.filter(area=area, year=year).count() + 1
    scheme = RewardScheme(area_id=area, year=year, version=version, created_by=by, **values)
    return create(scheme, by=by, verb="起草")


@transaction.atomic
def edit_scheme(scheme: RewardScheme, *, by: User, **values: Any) -> RewardScheme:
    """修改: whoever edits it drafted it, and does not approve it. Raises ValidationError."""
    scheme = lock(scheme)
    require(reward_rules.can_edit_scheme(by, scheme))
    return change(scheme, by=by, verb="修改", created_by=by, **values)


@transaction.atomic
def approve_scheme(scheme: RewardScheme, *, by: User) -> RewardScheme:
    """批准施行: takes the place of the version in force; statements made by that one keep it."""
    scheme = lock(scheme)
    require(reward_rules.can_approve_scheme(by, scheme))
    for former in RewardScheme.objects.filter(
        area=scheme.area_id, year=scheme.year, status=RewardScheme.Status.APPROVED
    ):
        change(lock(former), by=by, verb="由新版本替代", status=RewardScheme.Status.REPLACED)
    return change(scheme, by=by, verb="批准施行", status=RewardScheme.Status.APPROVED, approved_by=by)


@transaction.atomic
def compute_statement(studio: Studio, year: int, quarter: int, *, by: User) -> RewardStatement:
    """生成结算单, or the same one reckoned anew, by the scheme in force. Raises ValidationError."""
    require(reward_rules.can_compute_statements(by))
    studio = lock(studio)
    statement = RewardStatement.objects.filter(studio=studio, year=year, quarter=quarter).first()
    if statement is None:
        county = county_of(studio.area_id)
        scheme = RewardScheme.objects.in_force(year, county).first()
        if scheme is None:
            raise ValidationError(f"{year} 年还没有施行的以奖代补办法")
        number = county_at(county).number("reward", year, next_number(f"reward-{county_code(county)}-{year}"))
        statement = RewardStatement(number=number, studio=studio, scheme=scheme, year=year, quarter=quarter)
        create(statement, by=by, verb="生成结算单")
    return recompute_statement(statement, by=by)


@transaction.atomic
def recompute_statement(statement: RewardStatement, *, by: User) -> RewardStatement:
    """重新计算, as long as it is not frozen: every line follows from its case again, and what is owed is taken back."""
    statement = lock(statement)
    require(reward_rules.can_compute_statement(by, statement))
    if statement.status == Status.DRAFT:
        newest = RewardScheme.objects.in_force(statement.year, county_of(statement.studio.area_id)).first()
        if newest is not None and newest != statement.scheme:
            change(statement, by=by, verb="按施行的办法", scheme=newest)
    _write_lines(statement, by)
    values: dict[str, Any] = {"total": totals(statement.lines.all(), "amount")["amount"]}
    if statement.status == Status.CHECKING:
        # Lines that began to earn are drawn too; and whoever reckoned last does not approve.
        _draw(statement, by)
        values["requested_by"] = by
    return change(statement, by=by, verb="计算", **values)


def _write_lines(statement: RewardStatement, by: User) -> None:
    lines, cut = reckoned(statement)
    held = statement.lines.select_for_update().filter(kind="case").order_by("pk")
    known = {line.case_id: line for line in held}
    new = []
    for line in lines:
        values: dict[str, Any] = {
            "dispute_id": line.facts.dispute,
            "parts": [[label, str(amount)] for label, amount in line.parts],
            "amount": line.amount,
            "why_not": line.why_not,
        }
        row = known.pop(line.facts.case, None)
        if row is None:
            new.append(RewardLine(statement=statement, case_id=line.facts.case, **values))
        else:
            values["dispute"] = Dispute(pk=values.pop("dispute_id"))
            change(row, by=by, verb="计算", **values)
    gone = list(known.values())
    called_back = set(CallBack.objects.filter(line__in=gone).values_list("line", flat=True))
    for row in gone:
        # What was called back or objected to stays on record, and earns nothing.
        if row.pk in called_back or row.objection:
            change(row, by=by, verb="计算", parts=[], amount=Decimal(0), why_not="不再是本季度结案")
    remove_many([row for row in gone if row.pk not in called_back and not row.objection], by=by, verb="不再列入")
    remove_many(statement.lines.exclude(kind="case"), by=by, verb="重新计算")
    left = sum((line.amount for line in lines), Decimal(0)) - cut
    if cut:
        parts = [[f"每年封顶 {statement.scheme.studio_at_most:,.2f} 元", str(-cut)]]
        new.append(RewardLine(statement=statement, kind="cap", parts=parts, amount=-cut))
    owed: Any = RewardLine.objects.filter(statement__studio=statement.studio_id).exclude(statement=statement)
    for line in owed.to_take_back().select_related("statement").order_by("pk"):
        if line.amount > left:
            continue  # taken back when there is enough to take it from
        left -= line.amount
        parts = [[f"同一争议已奖补，追回 {line.statement.number} 的奖励", str(-line.amount)]]
        new.append(
            RewardLine(statement=statement, kind="taken_back", takes_back=line, parts=parts, amount=-line.amount)
        )
    create_many(new, by=by, verb="计算")


@transaction.atomic
def submit_statement(statement: RewardStatement, *, by: User) -> RewardStatement:
    """提交核查: call-backs are drawn by lot, and the studio looks at its lines. Raises ValidationError."""
    statement = recompute_statement(statement, by=by)
    require(reward_rules.can_submit_statement(by, statement))
    _draw(statement, by)
    now = timezone.now()
    values: dict[str, Any] = {"requested_by": by, "requested_at": now, "return_reason": ""}
    change(statement, by=by, verb="提交核查", status=Status.CHECKING, **values)
    text, link = f"{statement} 奖补结算单待核查", page_of(statement)
    key = f"statement-{statement.pk}-checking-{now:%Y%m%d%H%M%S}"
    notify(holders(Role.MEDIATOR, statement.studio_id), key, text, link)
    return statement


def _draw(statement: RewardStatement, by: User) -> None:
    """At least one, a set share of the lines that earn; by the system's own chance, which nobody can foresee."""
    earning = list(statement.lines.filter(kind="case", amount__gt=0, call_back__isnull=True).order_by("pk"))
    drawn = statement.lines.filter(call_back__isnull=False).count()
    share = Decimal(statement.scheme.call_back_share) / 100
    wanted = int((share * (len(earning) + drawn)).to_integral_value(ROUND_UP)) - drawn
    for line in random.SystemRandom().sample(earning, max(0, min(wanted, len(earning)))):
        create(CallBack(line=line), by=by, verb="抽中回访")


@transaction.atomic
def return_statement(statement: RewardStatement, *, by: User, reason: str) -> RewardStatement:
    """退回. Raises ValidationError."""
    statement = lock(statement)
    require(reward_rules.can_return_statement(by, statement))
    course.refuse_words(set(), reason=reason)
    return approved_payments.send_back(statement, by=by, reason=reason, to=Status.DRAFT)


@transaction.atomic
def call_back(drawn: CallBack, *, by: User, result: str, note: str, called_on: date) -> CallBack:
    """回访: what the parties said. One that contradicts takes the line's reward away. Raises ValidationError."""
    statement = lock(drawn.line.statement)
    drawn = lock(drawn)
    require(reward_rules.can_call_back(by, drawn))
    course.refuse_names(drawn.line.case, note=note)
    if called_on > timezone.localdate():
        raise ValidationError({"called_on": "回访日期不能晚于今天"})
    change(drawn, by=by, verb="回访", result=result, note=note, called_by=by, called_on=called_on)
    if result == CallBack.Result.CONTRADICTED:
        recompute_statement(statement, by=by)
    return drawn


@transaction.atomic
def object_to(line: RewardLine, *, by: User, text: str) -> RewardLine:
    """提异议, before the money is fixed. Raises ValidationError."""
    lock(line.statement)
    line = lock(line)
    require(reward_rules.can_object(by, line))
    if not text.strip():
        raise ValidationError({"text": "请写明哪里不对"})
    course.refuse_names(line.case, text=text)
    key, link = f"line-{line.pk}-objection", page_of(line.statement)
    notify(
        holders(Role.MEDIATION_SUPERVISOR, county_of(line.statement.studio.area_id)),
        key,
        f"奖补异议：{line.case}",
        link,
    )
    return change(line, by=by, verb="提异议", objection=text.strip())


@transaction.atomic
def answer_objection(line: RewardLine, *, by: User, text: str) -> RewardLine:
    """答复异议; where the studio is right, the case is put right first and the statement reckoned anew. Raises ValidationError."""
    statement = lock(line.statement)
    line = lock(line)
    require(reward_rules.can_answer_objection(by, line))
    if not text.strip():
        raise ValidationError({"text": "请写明处理结果"})
    course.refuse_names(line.case, text=text)
    change(line, by=by, verb="答复异议", objection_answer=text.strip())
    recompute_statement(statement, by=by)
    return line


@transaction.atomic
def approve_statement(statement: RewardStatement, *, by: User) -> RewardStatement:
    """批准: reckoned once more, and frozen. From here each dispute it pays for is paid for. Raises ValidationError."""
    lock(statement.studio)  # the studio's statements of a year share one cap
    statement = lock(statement)
    # And a dispute may stand in another studio's statement that is approved at this moment.
    disputes = statement.lines.values("dispute")
    list(Dispute.objects.select_for_update().filter(pk__in=disputes).order_by("pk"))
    require(reward_rules.can_approve_statement(by, statement))
    lines, cut = reckoned(statement)
    if _as_said(statement) != {line.facts.case: line.amount for line in lines} or _cut_of(statement) != cut:
        raise ValidationError("案件在提交后有变化，请退回由权益保障部门重新计算")
    if statement.lines.filter(takes_back__pays=True).exists():
        raise ValidationError("要追回的明细已经拆分为独立争议，请退回由权益保障部门重新计算")
    for line in statement.lines.filter(kind="case", amount__gt=0).order_by("pk"):
        change(lock(line), by=by, verb="计奖", pays=True)
    return approved_payments.approve(statement, by=by, verb="批准")


def _as_said(statement: RewardStatement) -> dict[int, Decimal]:
    gone = {"amount": 0, "why_not": "不再是本季度结案"}
    return dict(statement.lines.filter(kind="case").exclude(**gone).values_list("case", "amount"))


def _cut_of(statement: RewardStatement) -> Decimal:
    return -sum(statement.lines.filter(kind="cap").values_list("amount", flat=True), Decimal(0))


@transaction.atomic
def pay_statement(statement: RewardStatement, *, by: User, voucher_number: str, paid_on: date) -> RewardStatement:
    """发放. Raises ValidationError."""
    statement = lock(statement)
    require(reward_rules.can_pay_statement(by, statement))
    approved_payments.pay(statement, by=by, voucher_number=voucher_number, paid_on=paid_on, verb="发放")
    text = f"{statement} 奖补已发放"
    notify(holders(Role.MEDIATOR, statement.studio_id), f"statement-{statement.pk}-paid", text, page_of(statement))
    return statement
