"""What the roll-up is measured against: one hand-written statement that computes and inserts the same cells."""

from django.db import connection

COPY = "bench_cell"
LEVELS = (1_000, 1_000_000, 10_000_000_000)  # town, county, province: the generated tree has no city


def month(day: str) -> str:
    if connection.vendor == "postgresql":
        return f"(EXTRACT(YEAR FROM {day}) * 100 + EXTRACT(MONTH FROM {day}))::int"
    return f"CAST(strftime('%Y%m', {day}) AS INTEGER)"


def statement() -> str:
    """Sessions, contracts (begun, ended, signed) and linked organizations: every source that generated data has."""
    verified = "status = 'verified'"
    late = "held_on < CURRENT_DATE OR reported_on IS NOT NULL"
    sessions = [
        f"COUNT(CASE WHEN {verified} THEN 1 END)",
        f"COALESCE(SUM(CASE WHEN {verified} THEN workers_served END), 0)",
        f"COALESCE(SUM(CASE WHEN {verified} THEN responses END), 0)",
        f"COALESCE(SUM(CASE WHEN {verified} THEN satisfied END), 0)",
        "COUNT(CASE WHEN status IN ('held', 'submitted', 'returned') THEN 1 END)",
        f"COUNT(CASE WHEN {late} THEN 1 END)",
        "COUNT(CASE WHEN reported_in_time THEN 1 END)",
        f"COUNT(CASE WHEN {verified} AND line IS NOT NULL THEN 1 END)",
    ]
    facts = f"""
        SELECT {month("s.held_on")} AS month, s.area_id AS place, s.organization_id AS organization, l.contract_id AS contract,
               s.category_id AS split, s.evidence, s.contract_line_id AS line, s.status, s.workers_served, s.responses, s.satisfied,
               s.held_on, s.reported_on, s.reported_in_time
        FROM services_activitysession s LEFT JOIN services_contractline l ON l.id = s.contract_line_id
        WHERE s.status NOT IN ('cancelled', 'deleted')"""  # noqa: S608
    quota = "(SELECT COALESCE(SUM(l.quantity), 0) FROM services_contractline l WHERE l.contract_id = c.id)"
    parts = [part(1, facts, "split", "evidence", sessions, contract=True)]
    for number, day, second in (
        (2, "starts_on", quota),
        (3, "ends_on", quota),
        (4, "signed_on", "CAST(ROUND(c.amount * 100) AS BIGINT)"),
    ):
        contracts = f"""
            SELECT {month(f"c.{day}")} AS month, o.area_id AS place, o.id AS organization, c.id AS contract, {second} AS second
            FROM services_servicecontract c JOIN orgs_socialorganization o ON o.id = c.organization_id
            WHERE c.status IN ('signed', 'running', 'accepted', 'settled')"""  # noqa: S608
        parts.append(part(number, contracts, "0", "''", ["COUNT(*)", "SUM(second)"], contract=True))
    linked = f"""
        SELECT {month("p.starts_on")} AS month, o.area_id AS place, o.id AS organization, o.origin
        FROM orgs_stagespan p JOIN orgs_socialorganization o ON o.id = p.organization_id WHERE p.stage NOT IN ('lead', 'left')"""  # noqa: S608
    parts.append(
        part(5, linked, "0", "''", ["COUNT(*)", "COUNT(CASE WHEN origin = 'incubated' THEN 1 END)"], contract=False)
    )
    columns = "kind, scope, month, source, split, evidence, area_id, " + ", ".join(f"value_{n}" for n in range(1, 9))
    return f"INSERT INTO {COPY} ({columns}) " + " UNION ALL ".join(parts)  # noqa: S608


def part(number: int, facts: str, split: str, evidence: str, sums: list[str], *, contract: bool) -> str:
    """Every scope of a source: where it happened, who did it, for which contract, and the areas above."""
    values = ", ".join(sums + ["0"] * (8 - len(sums)))
    town = "place - place % 1000"
    groups = [("p", "place", town, ""), ("o", "organization", town, "")]
    if contract:
        groups.append(("c", "contract", town, " WHERE contract IS NOT NULL"))
    above = {LEVELS[0]: "place - place % 1000000", LEVELS[1]: "place - place % 10000000000", LEVELS[2]: "0"}
    groups += [("a", f"place - place % {level}", above[level], "") for level in LEVELS]
    return " UNION ALL ".join(
        f"SELECT '{kind}', {scope}, month, {number}, {split}, {evidence}, {area}, {values} FROM ({facts}) f{where} "  # noqa: S608
        + "GROUP BY "
        + ", ".join(dict.fromkeys(name for name in (scope, "month", split, evidence, area) if name not in ("0", "''")))
        for kind, scope, area, where in groups
    )


def make_copy() -> None:
    """An empty table like the figures', with the same indexes."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {COPY}")
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {COPY} (LIKE metrics_cell INCLUDING ALL)")
            return
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE tbl_name = 'metrics_cell' AND sql IS NOT NULL ORDER BY type DESC"
        )
        for (sql,) in cursor.fetchall():
            cursor.execute(sql.replace("metrics_cell", COPY).replace('"cell_', '"bench_cell_'))


def differences() -> tuple[int, int]:
    """How many cells there are, and how many of them the two ways of computing disagree on."""
    columns = "kind, scope, month, source, split, evidence, area_id, " + ", ".join(f"value_{n}" for n in range(1, 9))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM metrics_cell")
        count = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT {columns} FROM metrics_cell EXCEPT SELECT {columns} FROM {COPY}) d"
        )  # noqa: S608
        more = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT {columns} FROM {COPY} EXCEPT SELECT {columns} FROM metrics_cell) d"
        )  # noqa: S608
        return count, more + cursor.fetchone()[0]
