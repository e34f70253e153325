import sys
from typing import Any

from django.core.management.base import BaseCommand

from xiangshan.core.areas.models import ancestors
from xiangshan.metrics import rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.registry import METRICS
from xiangshan.metrics.sources import BY_NUMBER

KIND_WORDS = {Kind.ORGANIZATION: "organization", Kind.CONTRACT: "contract", Kind.STUDIO: "studio"}


class Command(BaseCommand):
    help = "Compares every stored figure with its facts; exits 1 and names the figures that differ. Changes nothing but what is stale."

    def handle(self, *args: Any, **options: Any) -> None:
        rollup.refresh()  # a waiting change is not drift
        drift = rollup.confirmed_drift()
        for line in sorted({line for item in drift for line in name_figures(item)}):
            self.stdout.write(line)
        if drift:
            self.stdout.write(f"{len(drift)} cells differ from their facts")
            sys.exit(1)
        self.stdout.write("every figure follows from its facts")


def name_figures(item: rollup.Drift) -> list[str]:
    """The metrics a differing cell enters, for its scope and the areas above it: month, scope, code, by how much."""
    kind, scope, month, number, *_ = item.key
    source = BY_NUMBER[number]
    stored, expected = item.stored or (0,) * 8, item.expected or (0,) * 8
    differing = {name: expected[n] - stored[n] for n, name in enumerate(source.measures) if stored[n] != expected[n]}
    places = (
        [f"{KIND_WORDS[Kind(kind)]}:{scope}"]
        if kind in KIND_WORDS
        else [f"area:{str(area).rstrip('0')}" for area in ancestors(scope)[:3]]
    )
    return [
        f"{month} {place} {metric.code}: {term.measure} {differing[term.measure]:+,}"
        for metric in METRICS
        for term in metric.terms
        if term.source is source and term.measure in differing
        for place in places
    ]
