"""Who leads an organization, what it was honoured with, and what its leader wants changed."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs import rules
from orgs.models import Honour, OrganizationDuty, ProfileProposal, SocialOrganization
from xiangshan.core.accounts.actions import end_posts, give_post, user_for_phone
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require
from xiangshan.shared.notifications.actions import notify

Duty = OrganizationDuty.Duty
Status = ProfileProposal.Status
# What a leader may ask to be changed. Where it belongs and how it came is the union's.
PROPOSABLE = (
    "name",
    "short_name",
    "credit_code",
    "address",
    "phone",
    "founded_on",
    "licence_expires_on",
    "introduction",
)


@transaction.atomic
def add_duty(
    organization: SocialOrganization, *, by: User, duty: str, name: str, starts_on: date, phone: str = ""
) -> OrganizationDuty:
    """登记职务. A head is given the way in as its leader; the next head comes by hand_over. Raises ValidationError."""
    organization = lock(organization)
    require(rules.can_keep_duties(by, organization))
    if duty == Duty.HEAD:
        require(rules.can_name_head(by, organization))
    _check_day(starts_on)
    record = OrganizationDuty(organization=organization, duty=duty, name=name, phone=phone, starts_on=starts_on)
    record.full_clean()
    if duty == Duty.HEAD:
        record.user = _leader(organization, name, phone, starts_on, by=by)
    return create(record, by=by, verb="登记职务")


def _check_day(on: date) -> None:
    if on > timezone.localdate():
        raise ValidationError("日期不能在今天之后")


def _leader(organization: SocialOrganization, name: str, phone: str, on: date, *, by: User) -> User | None:
    """The user behind a mobile number, with a post as leader; without one the duty is kept, but nobody can log in by it."""
    if not (len(phone) == 11 and phone.startswith("1")):
        return None
    user = user_for_phone(phone, name, by=by)
    give_post(user, Role.ORG_LEADER, organization.pk, on, by=by)
    return user


@transaction.atomic
def hand_over(
    organization: SocialOrganization, *, by: User, name: str, phone: str, on: date, reason: str = ""
) -> OrganizationDuty:
    """交接: the present head's duty and way in end the day the next one's begin. Raises ValidationError."""
    organization = lock(organization)
    require(rules.can_hand_over(by, organization))
    _check_day(on)
    next_one = OrganizationDuty(organization=organization, duty=Duty.HEAD, name=name, phone=phone, starts_on=on)
    next_one.clean_fields(exclude=["organization", "user"])
    if not (len(phone) == 11 and phone.startswith("1")):
        raise ValidationError({"phone": "请填新负责人的手机号，登录要用"})
    for duty in organization.duties.filter(duty=Duty.HEAD, ends_on__isnull=True):
        if on < duty.starts_on:
            raise ValidationError({"on": f"不能早于现任负责人的起始日 {duty.starts_on}"})
        change(duty, by=by, verb="卸任", reason=reason, ends_on=on)
    end_posts(Role.ORG_LEADER, organization.pk, on, by=by)
    next_one.user = _leader(organization, name, phone, on, by=by)
    return create(next_one, by=by, verb="接任负责人", reason=reason)


@transaction.atomic
def end_duty(duty: OrganizationDuty, *, by: User, ends_on: date) -> OrganizationDuty:
    """结束职务: a head's way in ends with it."""
    duty = lock(duty)
    require(rules.can_keep_duties(by, duty.organization))
    if duty.duty == Duty.HEAD:
        require(rules.can_name_head(by, duty.organization))
        end_posts(Role.ORG_LEADER, duty.organization_id, ends_on, by=by)
    return change(duty, by=by, verb="结束职务", ends_on=ends_on)


@transaction.atomic
def add_honour(organization: SocialOrganization, *, by: User, **values: Any) -> Honour:
    """登记授牌与荣誉."""
    organization = lock(organization)
    require(rules.can_honour(by, organization))
    return create(Honour(organization=organization, **values), by=by, verb="登记荣誉")


@transaction.atomic
def remove_honour(honour: Honour, *, by: User) -> None:
    """移除误登的荣誉; its history stays."""
    honour = lock(honour)
    require(rules.can_honour(by, honour.organization))
    remove_many([honour], by=by, verb="移除荣誉")


@transaction.atomic
def propose_profile(organization: SocialOrganization, *, by: User, **values: Any) -> ProfileProposal | None:
    """申请变更资料: what differs from the profile, to be accepted or refused as a whole. Nothing differs, nothing is asked.

    Raises ValidationError where the profile would not be valid, or another proposal waits.
    """
    organization = lock(organization)
    require(rules.can_propose_profile(by, organization))
    wanted = {name: value for name, value in values.items() if name in PROPOSABLE}
    changes = {
        name: [_plain(getattr(organization, name)), _plain(value)]
        for name, value in wanted.items()
        if getattr(organization, name) != value and (getattr(organization, name) or value)
    }
    if not changes:
        return None
    for name in changes:
        setattr(organization, name, wanted[name])
    organization.clean_fields(exclude={field.name for field in organization._meta.fields} - set(changes))
    organization.validate_constraints()
    proposal = ProfileProposal(organization=organization, values=changes, proposed_by=by)
    return create(proposal, by=by, verb="申请变更资料")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def accept_proposal(proposal: ProfileProposal, *, by: User) -> ProfileProposal:
    """采纳: the profile becomes what was asked. Raises ValidationError where it changed meanwhile."""
    proposal = lock(proposal)
    organization = lock(proposal.organization)
    require(rules.can_decide_proposal(by, proposal))
    fields = {field.name: field for field in organization._meta.fields}
    moved = [
        str(fields[name].verbose_name)
        for name, (before, _) in proposal.values.items()
        if _plain(getattr(organization, name)) != before
    ]
    if moved:
        raise ValidationError(f"申请之后资料又改过（{'、'.join(moved)}），请不采纳并请组织重新申请")
    values = {name: fields[name].to_python(value) for name, (_, value) in proposal.values.items()}
    change(organization, by=by, verb="采纳资料变更", **values)
    return _decide(proposal, by, "采纳", Status.ACCEPTED)


def _decide(proposal: ProfileProposal, by: User, verb: str, status: str, opinion: str = "") -> ProfileProposal:
    if by != proposal.proposed_by:
        text = f"{proposal.organization}的资料变更申请{Status(status).label}{f':{opinion}' if opinion else ''}"
        link = reverse("orgs:proposal_detail", args=[proposal.pk])
        notify([proposal.proposed_by], f"proposal-{proposal.pk}-{status}", text, link)
    return change(proposal, by=by, verb=verb, status=status, decided_by=by, decided_at=timezone.now(), opinion=opinion)


@transaction.atomic
def refuse_proposal(proposal: ProfileProposal, *, by: User, reason: str) -> ProfileProposal:
    """不采纳, with the reason."""
    proposal = lock(proposal)
    require(rules.can_decide_proposal(by, proposal))
    return _decide(proposal, by, "不采纳", Status.REFUSED, reason)


@transaction.atomic
def withdraw_proposal(proposal: ProfileProposal, *, by: User) -> ProfileProposal:
    proposal = lock(proposal)
    require(rules.can_withdraw_proposal(by, proposal))
    return _decide(proposal, by, "撤回", Status.WITHDRAWN)
