"""The registry against SQL written by hand, on a hundred thousand sessions; the demo data is compared in tests/test_demo.py."""

from io import StringIO

from django.core.management import call_command

from services.models import ActivitySession
from tests.metrics.plain_sql import disagreements, facts
from tests.metrics.reading import monthly
from xiangshan.metrics import rollup
from xiangshan.metrics.registry import METRICS


def test_every_additive_metric_is_written_twice(db):
    assert set(facts()) == {metric.code for metric in METRICS if metric.adds_up and metric.quantile is None}


def test_a_hundred_thousand_sessions_say_the_same_both_ways(db):
    call_command("generate", sessions=100_000, responses_per_session=2, stdout=StringIO())
    rollup.roll_up()
    assert ActivitySession.objects.count() == 100_000
    ours = monthly()
    assert len(ours) > 100_000
    assert {dimension for _, dimension, _, _ in ours} == {"county", "town", "organization", "contract", "category"}
    assert disagreements(ours) == {}
