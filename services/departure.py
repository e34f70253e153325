"""What an organization's leaving does to its contracts and sessions."""

from datetime import date
from typing import Any

from orgs.departure import Departure
from orgs.models import SocialOrganization
from services.actions import sessions
from services.models import ActivitySession, ServiceContract
from xiangshan.core.records import Automatic

Contract = ServiceContract.Status


def in_the_way(organization: SocialOrganization) -> list[str]:
    """Contracts still binding, and sessions reported but not settled."""
    contracts = organization.contracts.filter(status__in=(Contract.SIGNED, Contract.RUNNING, Contract.ACCEPTED)).count()
    waiting = organization.sessions.filter(status__in=ActivitySession.PENDING).count()
    items = []
    if contracts:
        items.append(f"还有 {contracts} 份合同在履行或未结清，请先终止或结清")
    if waiting:
        items.append(f"还有 {waiting} 场活动已举办、未核实，请先核实或作废")
    return items


def cancel_planned(organization: SocialOrganization, by: Any, on: date) -> None:
    """Sessions planned and not held are called off."""
    for session in organization.sessions.filter(status__in=ActivitySession.COMING):
        sessions.cancel(session, by=by, reason=Automatic("社会组织退出"))


DEPARTURE = Departure(in_the_way, cancel_planned)
