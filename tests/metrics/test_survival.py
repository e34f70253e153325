"""A hundred thousand sessions, a worker killed while it adds them up, another that goes on: nothing is lost, and every figure is right.

Made once, asked several things, by `make test-faults`. The demo data is compared with SQL written by hand in tests/test_demo.py.
"""

import json
from typing import Any, NamedTuple

import pytest

from tests.live import Portal, wait_for
from tests.metrics.plain_sql import facts
from xiangshan.metrics.registry import METRICS

WAITING = (
    "SELECT (SELECT COUNT(DISTINCT month) FROM metrics_stalemark WHERE kind = ''), "
    "(SELECT COUNT(DISTINCT month) FROM metrics_cell)"
)
RING = "from xiangshan.metrics.invalidation import ring; ring()"
DRIFT = "from xiangshan.metrics.rollup import find_drift; print(len(find_drift()))"
COMPARE = """
import json
from services.models import ActivitySession
from tests.metrics.plain_sql import disagreements
from tests.metrics.reading import monthly
ours = monthly()
print(json.dumps({
    "sessions": ActivitySession.objects.count(),
    "figures": len(ours),
    "dimensions": sorted({dimension for _, dimension, _, _ in ours}),
    "disagreements": len(disagreements(ours)),
}))
"""


class Survival(NamedTuple):
    """What was seen: months that wait and months that have cells, before and at the kill; how many figures were wrong then."""

    portal: Portal
    before: tuple[int, int]
    killed: tuple[int, int]
    drift: int


def months(portal: Portal) -> tuple[int, int]:
    """How many months wait, and how many have cells."""
    waiting, done = portal.look(WAITING)
    return int(waiting), int(done)


@pytest.fixture(scope="module")
def survival(tmp_path_factory, prepared):
    portal = Portal(tmp_path_factory.mktemp("portal"), prepared)
    arguments = ("--sessions", "100000", "--responses-per-session", "2", "--counties", "1", "--years", "10")
    assert "100,000 sessions" in portal.manage("generate", *arguments).printed
    before = months(portal)
    worker = portal.start_worker()
    portal.run(RING)
    wait_for(lambda: months(portal)[1] > 0, 120, every=0.02)
    portal.kill(worker)
    killed, drift = months(portal), int(portal.run(DRIFT))
    worker = portal.start_worker()
    portal.run(RING)
    wait_for(lambda: months(portal)[0] == 0, 240)
    portal.kill(worker)
    yield Survival(portal, before, killed, drift)
    portal.stop()


@pytest.mark.faults
def test_a_killed_worker_loses_nothing(survival):
    assert survival.before == (120, 0)
    waiting, done = survival.killed
    assert waiting > 0, "the worker was killed after it had finished: nothing was shown"
    assert waiting + done == 120, "every month is either done or still marked"
    assert survival.drift > 0
    found = survival.portal.manage("reconcile", check=False)
    assert found.code == 0, found.printed
    assert "every figure follows from its facts" in found.printed


@pytest.mark.faults
def test_a_hundred_thousand_sessions_say_the_same_in_sql_written_by_hand(survival):
    found: dict[str, Any] = json.loads(survival.portal.run(COMPARE))
    assert found["sessions"] == 100_000
    assert found["figures"] > 100_000
    assert found["dimensions"] == ["category", "contract", "county", "organization", "town"]
    assert found["disagreements"] == 0


def test_every_additive_metric_is_written_twice():
    assert set(facts()) == {metric.code for metric in METRICS if metric.adds_up and metric.quantile is None}
