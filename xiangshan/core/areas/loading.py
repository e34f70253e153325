"""Loads area codes from a CSV: code, name, kind, parent_code. Running it again changes nothing."""

import csv
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "data" / "xiangshan-areas.csv"
LEVELS = {"province": 1, "city": 2, "county": 3, "town": 4, "community": 5}


def load_areas(area_model: Any) -> None:
    """Fills the table given (a migration passes its own historical model)."""
    with SOURCE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    area_model.objects.bulk_create(
        [
            area_model(
                id=int(row["code"].ljust(12, "0")),
                code=row["code"],
                name=row["name"],
                level=LEVELS[row["kind"]],
                parent_id=int(row["parent_code"].ljust(12, "0")) if row["parent_code"] else None,
            )
            for row in sorted(rows, key=lambda row: LEVELS[row["kind"]])
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "level", "parent_id"],
    )
