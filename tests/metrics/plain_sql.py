"""Every additive figure once more, in SQL written by hand: no code, and no definition, is shared with the portal's registry.

A fact is (day, place, organization, contract, category, studio, numerator, denominator); from it follow months and scopes.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

SESSION = """
    SELECT s.held_on AS day, s.area_id AS place, s.organization_id AS organization, l.contract_id AS contract,
           s.category_id AS category, NULL AS studio, {n} AS n, {d} AS d
    FROM services_activitysession s LEFT JOIN services_contractline l ON l.id = s.contract_line_id
    WHERE {where}"""
CASE = """
    SELECT c.{day} AS day, c.area_id AS place, NULL AS organization, NULL AS contract, NULL AS category,
           c.studio_id AS studio, {n} AS n, {d} AS d
    FROM mediation_mediationcase c WHERE {where}"""
CONTRACT = """
    SELECT {day} AS day, o.area_id AS place, o.id AS organization, c.id AS contract, NULL AS category, NULL AS studio, {n} AS n, 0 AS d
    FROM services_servicecontract c JOIN orgs_socialorganization o ON o.id = c.organization_id {more} WHERE {where}"""
PROJECT = """
    SELECT {day} AS day, o.area_id AS place, o.id AS organization, NULL AS contract, NULL AS category, NULL AS studio, {n} AS n, 0 AS d
    FROM projects_supportproject p JOIN orgs_socialorganization o ON o.id = p.organization_id {more} WHERE {where}"""
FOLLOW_UP = """
    SELECT s.held_on AS day, s.area_id AS place, s.organization_id AS organization, NULL AS contract, NULL AS category, NULL AS studio,
           CASE WHEN f.outcome <> 'open' THEN 1 ELSE 0 END AS n, 1 AS d
    FROM services_followup f JOIN services_activitysession s ON s.id = f.session_id WHERE s.status NOT IN ('cancelled', 'deleted')"""
REQUEST = """
    SELECT r.asked_on AS day, r.area_id AS place, NULL AS organization, NULL AS contract, NULL AS category, NULL AS studio,
           CASE WHEN s.status = 'verified' THEN 1 ELSE 0 END AS n, 1 AS d
    FROM services_servicerequest r LEFT JOIN services_activitysession s ON s.id = r.session_id WHERE r.status <> 'withdrawn'"""
RECEPTION = """
    SELECT r.received_on AS day, t.area_id AS place, NULL AS organization, NULL AS contract, NULL AS category,
           r.studio_id AS studio, r.people AS n, 0 AS d
    FROM mediation_reception r JOIN mediation_studio t ON t.id = r.studio_id"""

AREAS = ("county", "town")
SERVED = (*AREAS, "organization", "contract", "category")
OF_ORGANIZATION = (*AREAS, "organization")
OF_STUDIO = (*AREAS, "studio")
VERIFIED = "s.status = 'verified'"
BINDING = "c.status IN ('signed', 'running', 'accepted', 'settled') AND c.kind <> 'framework'"
GRANTED = "p.status IN ('approved', 'running', 'completed', 'closed', 'terminated')"


def fen(amount: str) -> str:
    return f"CAST(ROUND({amount} * 100) AS BIGINT)"


def days_between(one: str, other: str) -> str:
    return f"({other} - {one})" if connection.vendor == "postgresql" else f"(julianday({other}) - julianday({one}))"


def served(n: str, d: str = "0", where: str = VERIFIED) -> str:
    return SESSION.format(n=n, d=d, where=where)


def closed(n: str, d: str = "0", where: str = "1 = 1") -> str:
    return CASE.format(day="closed_on", n=n, d=d, where=f"c.closed_on IS NOT NULL AND {where}")


def received(n: str) -> str:
    return CASE.format(day="received_on", n=n, d="0", where="1 = 1")


def facts() -> dict[str, tuple[str, tuple[str, ...]]]:
    """By metric: the facts it adds up, and the scopes it has."""
    # The day in Shanghai: CURRENT_DATE is the connection's, which is UTC.
    today = (
        "CAST(now() AT TIME ZONE 'Asia/Shanghai' AS DATE)"
        if connection.vendor == "postgresql"
        else "date('now', '+8 hours')"
    )
    reported = (
        f"s.status NOT IN ('cancelled', 'deleted') AND (s.held_on < {today} OR s.reported_on IS NOT NULL)"
        " AND s.evidence <> 'ledger'"
    )
    in_time = "CASE WHEN s.reported_in_time THEN 1 ELSE 0 END"
    on_time = f"CASE WHEN {days_between('c.accepted_on', 'c.concluded_on')} <= 15 THEN 1 ELSE 0 END"
    agreed = "CASE WHEN c.outcome = 'agreed' THEN 1 ELSE 0 END"
    paid = "JOIN services_payment y ON y.contract_id = c.id"
    disbursed = "JOIN projects_disbursement y ON y.project_id = p.id"
    return {
        "sessions_held": (served("1"), SERVED),
        "workers_served": (served("s.workers_served"), SERVED),
        "satisfaction_rate": (served("s.satisfied", "s.responses"), SERVED),
        "response_rate": (served("s.responses", "s.workers_served"), SERVED),
        "proven_share": (
            served("CASE WHEN s.evidence = 'changing_code' THEN s.workers_served ELSE 0 END", "s.workers_served"),
            SERVED,
        ),
        "sessions_pending": (served("1", where="s.status IN ('held', 'submitted', 'returned')"), SERVED),
        "reported_in_time_rate": (served(in_time, "1", reported), (*OF_ORGANIZATION, "category")),
        "feedback_closed_rate": (FOLLOW_UP, OF_ORGANIZATION),
        "requests_met_rate": (REQUEST, AREAS),
        "contract_amount": (
            CONTRACT.format(day="c.signed_on", n=fen("c.amount"), more="", where=BINDING),
            (*OF_ORGANIZATION, "contract"),
        ),
        "contract_paid": (
            CONTRACT.format(day="y.paid_on", n=fen("y.amount"), more=paid, where="y.status = 'paid'"),
            (*OF_ORGANIZATION, "contract"),
        ),
        "project_granted": (
            PROJECT.format(day="p.decided_on", n=fen("p.granted_amount"), more="", where=GRANTED),
            OF_ORGANIZATION,
        ),
        "project_disbursed": (
            PROJECT.format(day="y.paid_on", n=fen("y.amount"), more=disbursed, where="y.status = 'paid'"),
            OF_ORGANIZATION,
        ),
        "cases_received": (received("1"), OF_STUDIO),
        "amount_involved": (received(fen("c.amount_involved")), OF_STUDIO),
        "people_received": (f"{received('c.people_received')} UNION ALL {RECEPTION}", OF_STUDIO),
        "cases_closed": (closed("1"), OF_STUDIO),
        "amount_recovered": (closed(fen("c.amount_paid")), OF_STUDIO),
        "mediation_success_rate": (closed(agreed, "1", "c.outcome IN ('agreed', 'failed')"), OF_STUDIO),
        "on_time_rate": (closed(on_time, "1", "c.accepted_on IS NOT NULL"), OF_STUDIO),
    }


Key = tuple[str, str, int, int]  # metric, dimension, scope (of a category: the category), month


def month(day: str) -> str:
    if connection.vendor == "postgresql":
        return f"CAST(EXTRACT(YEAR FROM {day}) * 100 + EXTRACT(MONTH FROM {day}) AS INTEGER)"
    return f"CAST(strftime('%Y%m', {day}) AS INTEGER)"


def counted() -> Iterator[tuple[Key, tuple[int, int]]]:
    """Every figure of every month and scope that is not nothing of nothing."""
    ways = {
        "county": "place - place % 1000000",
        "town": "place - place % 1000",
        "category": "category",
        "organization": "organization",
        "contract": "contract",
        "studio": "studio",
    }
    with connection.cursor() as cursor:
        for metric, (rows, dimensions) in facts().items():
            for dimension in dimensions:
                cursor.execute(
                    f"SELECT {month('day')}, {ways[dimension]}, SUM(n), SUM(d) FROM ({rows}) f "
                    f"WHERE day IS NOT NULL AND ({ways[dimension]}) IS NOT NULL GROUP BY 1, 2"
                )
                for when, scope, n, d in cursor.fetchall():
                    if n or d:
                        yield (metric, dimension, int(scope), int(when)), (int(n or 0), int(d or 0))


def disagreements(ours: dict[Key, tuple[int, int]]) -> dict[Key, Any]:
    """What the two ways of counting say differently: by hand, and by the registry."""
    by_hand = dict(counted())
    return {
        key: (by_hand.get(key), ours.get(key))
        for key in by_hand.keys() | ours.keys()
        if by_hand.get(key) != ours.get(key)
    }
