"""A worker killed in the middle of a roll-up loses nothing."""

import pytest

from tests.live import Portal, wait_for

WAITING = (
    "SELECT (SELECT COUNT(DISTINCT month) FROM metrics_stalemark WHERE kind = ''), "
    "(SELECT COUNT(DISTINCT month) FROM metrics_cell)"
)


@pytest.fixture
def portal(tmp_path):
    portal = Portal(tmp_path)
    yield portal
    portal.stop()


def months(portal: Portal) -> tuple[int, int]:
    """How many months wait, and how many have cells."""
    waiting, done = portal.look(WAITING)
    return int(waiting), int(done)


def test_a_killed_worker_loses_nothing(portal):
    made = portal.manage("generate", "--sessions", "100000", "--counties", "3", "--years", "10").stdout
    assert "100,000 sessions" in made
    assert months(portal) == (120, 0)
    worker = portal.start_worker()
    wait_for(lambda: months(portal)[1] > 0, 120)
    portal.kill(worker)
    waiting, done = months(portal)
    assert waiting > 0, "the worker was killed after it had finished: nothing was shown"
    assert waiting + done == 120, "every month is either done or still marked"
    drifted = portal.manage(
        "shell",
        "--verbosity",
        "0",
        "--command",
        "from xiangshan.metrics.rollup import find_drift; print(len(find_drift()))",
    )
    assert int(drifted.stdout) > 0

    portal.start_worker()
    wait_for(lambda: months(portal)[0] == 0, 240, every=1)
    found = portal.manage("reconcile", check=False)
    assert found.returncode == 0, found.stdout
    assert "every figure follows from its facts" in found.stdout
