"""What a constraint cannot say because it spans two tables: no session fills a unit beyond its line's quantity.

Triggers, on both databases. They are put in place after every migration and not by one: SQLite drops them with the old table
whenever a later migration rebuilds it. There they are taken away before a migration of these tables, too: while a table is rebuilt, a
trigger of the other that names it would fail.
"""

from typing import Any

from django.db import connections

MESSAGE = "session_unit_within_line"
BEYOND = """NEW.line_unit > (SELECT quantity FROM services_contractline WHERE id = NEW.contract_line_id)"""
FILLED = (
    """EXISTS (SELECT 1 FROM services_activitysession WHERE contract_line_id = NEW.id AND line_unit > NEW.quantity)"""
)

SQLITE = [
    *(
        f"""CREATE TRIGGER IF NOT EXISTS {MESSAGE}_{event.lower()} BEFORE {event} {columns} ON services_activitysession
            WHEN NEW.line_unit IS NOT NULL AND {BEYOND}
            BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"""
        for event, columns in (("INSERT", ""), ("UPDATE", "OF line_unit, contract_line_id"))
    ),
    f"""CREATE TRIGGER IF NOT EXISTS {MESSAGE}_line BEFORE UPDATE OF quantity ON services_contractline
        WHEN {FILLED}
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
]
POSTGRESQL = [
    *(
        f"""CREATE OR REPLACE FUNCTION {MESSAGE}_{table}() RETURNS trigger AS $$ BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation', CONSTRAINT = '{MESSAGE}';
            END IF;
            RETURN NEW;
            END $$ LANGUAGE plpgsql"""
        for table, condition in (("session", BEYOND), ("line", FILLED))
    ),
    f"""CREATE OR REPLACE TRIGGER {MESSAGE} BEFORE INSERT OR UPDATE OF line_unit, contract_line_id
        ON services_activitysession FOR EACH ROW WHEN (NEW.line_unit IS NOT NULL)
        EXECUTE FUNCTION {MESSAGE}_session()""",
    f"""CREATE OR REPLACE TRIGGER {MESSAGE} BEFORE UPDATE OF quantity
        ON services_contractline FOR EACH ROW EXECUTE FUNCTION {MESSAGE}_line()""",
]


def take_away(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Receiver of pre_migrate: SQLite rebuilds a table under another name; PostgreSQL changes it in place."""
    connection = connections[using]
    if connection.vendor != "sqlite" or not any(migration.app_label == "services" for migration, _ in plan):
        return
    with connection.cursor() as cursor:
        for event in ("insert", "update", "line"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {MESSAGE}_{event}")


def put_in_place(using: str, **kwargs: Any) -> None:
    """Receiver of post_migrate; where the tables are not there yet (a migration backwards), nothing is done."""
    connection = connections[using]
    tables = {"services_activitysession", "services_contractline"}
    with connection.cursor() as cursor:
        if not tables <= set(connection.introspection.table_names(cursor)):
            return
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)
