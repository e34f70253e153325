"""make bench: the budgets of the design, each as a ratio measured in one run. A miss is printed as a miss."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.live import Portal
from tests.prepared import ROOT, Prepared

SIZES = {"county": (10_000, 10, 1), "province": (1_000_000, 10, 90)}
POSTGRESQL = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/test"


def measure(database: str, size: str) -> dict[str, Any]:
    return in_portal(database, "tests.bench.measure", *(str(number) for number in SIZES[size]))


def in_portal(database: str, module: str, *words: str) -> dict[str, Any]:
    """What a module prints that runs beside a database of its own."""
    if database == "postgresql":
        os.environ["DATABASE_URL"] = POSTGRESQL
    else:
        os.environ.pop("DATABASE_URL", None)
        os.environ["DATABASE_URL"] = ""
    with tempfile.TemporaryDirectory() as var:
        prepared = Prepared(Path(var) / "prepared", f"portal_bench_{secrets.token_hex(4)}", autovacuum=True)
        portal = Portal(Path(var) / "portal", prepared)
        try:
            portal.link_static()
            done = subprocess.run(
                [sys.executable, "-m", module, *words],
                cwd=ROOT,
                env=portal.env,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                sys.exit(done.stderr)
            return json.loads(done.stdout.splitlines()[-1])
        finally:
            portal.stop()
            prepared.drop_all()


def row(work: str, against: str, ours: float, other: float, budget: float, at_least: bool = False) -> None:
    ratio = ours / other
    kept = ratio >= budget if at_least else ratio <= budget
    print(
        f"{work:58} {against:42} {shown(ours):>10} {shown(other):>10} {ratio:8.3f} {budget:7.2f}  {'kept' if kept else 'MISSED'}"
    )


def note(work: str, against: str, ours: float, other: float) -> None:
    """What the design sets no budget for."""
    print(f"{work:58} {against:42} {shown(ours):>10} {shown(other):>10} {ours / other:8.3f} {'—':>7}")


def count(work: str, ours: int, budget: int) -> None:
    print(f"{work:58} {'':42} {ours:>10} {'':>10} {'':>8} {budget:>7}  {'kept' if ours <= budget else 'MISSED'}")


def shown(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms"


def table(database: str, county: dict[str, Any], province: dict[str, Any]) -> None:
    print(
        f"\n{database}: province {province['cells']:,} cells, county {county['cells']:,}; generated in {province['generate']:.0f} s"
    )
    print(
        f"independent SQL disagrees on {province['differences']} cells of the province, {county['differences']} of the county"
    )
    print(f"{'work':58} {'measured against':42} {'ours':>10} {'other':>10} {'ratio':>8} {'budget':>7}")
    row("full roll-up, province", "best single statement", province["rollup"], province["best_sql"], 1.5)
    note("full roll-up, county", "best single statement", county["rollup"], county["best_sql"])
    row("refresh after one session, province", "the same at county size", province["refresh"], county["refresh"], 1.5)
    count("statements of that refresh", province["statements"], 30)
    row(
        "refresh after 1,000 scattered changes",
        "1,000 single refreshes",
        province["refresh_1000"],
        1000 * province["refresh"],
        0.1,
    )
    for name, key in (("a county", "dashboard"), ("the province", "dashboard_province")):
        row(
            f"dashboard of {name}, first look after a refresh",
            "an empty logged-in page",
            province[key],
            province["empty"],
            3,
        )
        row(
            f"dashboard of {name}, later looks",
            "an empty logged-in page",
            province[f"{key}_again"],
            province["empty"],
            3,
        )
        note(
            f"dashboard of {name}, what comes a moment later",
            "an empty logged-in page",
            province[f"{key}_more"],
            province["empty"],
        )
    count("queries of the dashboard", province["dashboard_queries"], 10)
    row(
        "dashboard of a county, first look after a refresh",
        "its own time at county size",
        province["dashboard"],
        county["dashboard"],
        1.2,
    )
    row(
        "figures of the province for a year",
        "computed live from the facts",
        province["figures"],
        province["live"],
        0.02,
    )
    row("list page of 50, filtered, any page", "the same at county size", province["list"], county["list"], 1.5)
    row("list page of 50, filtered, any page", "Django admin's change list", province["list"], province["admin"], 0.33)


def spreadsheets(database: str) -> None:
    """Files in and out: the same on a county's portal as on a province's."""
    brought, taken = (in_portal(database, "tests.bench.spreadsheets", way) for way in ("import", "export"))
    row(
        "import of 10,000 sessions from Excel, with every check",
        "one full_clean and save a row",
        brought["import"],
        brought["one_by_one"],
        0.2,
    )
    count("peak memory of that import, MB", brought["import_memory"], 400)
    row(
        "export of 100,000 sessions to Excel",
        "xlsxwriter writing the same tuples",
        taken["export"],
        taken["writer_alone"],
        1.5,
    )
    count("peak memory of that export, MB", taken["export_memory"], 300)


if __name__ == "__main__":
    for name in sys.argv[1:] or ["sqlite", "postgresql"]:
        table(name, measure(name, "county"), measure(name, "province"))
        spreadsheets(name)
