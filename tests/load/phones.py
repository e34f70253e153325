"""A canteen at noon: 500 phones scan the changing code, sign in and rate, within a minute. Run it against any running portal.

    make phones                    # against `make run` on this machine, with the demo data
    .venv/bin/locust --locustfile tests/load/phones.py --headless --users 500 --spawn-rate 12 --run-time 5m --host ADDRESS

Logs in as the demo's leader (DEMO_PASSWORD, from the environment or .env), opens the code page of a session of today, and lets the
phones loose on what it shows. At the end it compares what the phones were told with what the portal counted: none lost, none
double. Prints the 99th percentile of each step; exits 1 on any difference or failure.
"""

import os
import random
import re
import time
from pathlib import Path
from typing import Any

import gevent
import requests
from locust import HttpUser, between, events, task

KINDS = [f"iPhone OS {major}_{minor}" for major in (17, 18) for minor in range(8)]
MODELS = [f"{maker}{number:02d}" for maker in ("V21", "SM-G9", "M20") for number in range(33)]
FIELD = re.compile(r'name="(csrfmiddlewaretoken|admission|token)" value="([^"]+)"')
WAIT_WHEN_TOLD = 61  # seconds, as the page says


class Screen:
    """The leader's phone: shows the code, and counts."""

    def __init__(self, host: str) -> None:
        self.host, self.web = host.rstrip("/"), requests.Session()
        page = self.web.get(f"{self.host}/accounts/login/", timeout=20).text
        data = {"login": "leader", "password": password(), **dict(FIELD.findall(page))}
        self.web.post(f"{self.host}/accounts/login/", data=data, headers={"Referer": self.host}, timeout=20)
        answer = self.web.get(f"{self.host}/field/data/", timeout=20).json()
        today = [one for one in answer["sessions"] if one["held_on"] == answer["today"]]
        if not today:
            raise SystemExit("the leader has no session today: load the demo data again, or plan one")
        self.session = today[0]["pk"]
        self.before = self.counts()
        self.look()

    def page(self) -> str:
        return self.web.get(f"{self.host}/services/sessions/{self.session}/code/live/", timeout=20).text

    def look(self) -> None:
        self.seen_at = time.time()
        found = re.search(r'data-address="([^"]+)"', self.page())
        if found is None:
            raise SystemExit("the screen shows no code")
        self.address = "/" + found[1].replace("&amp;", "&").split("/", 3)[-1]

    def code(self) -> str:
        """The address on the screen, looked at anew every ten seconds."""
        if time.time() - self.seen_at > 10:
            self.look()
        return self.address

    def counts(self) -> tuple[int, int]:
        page = self.page()
        found = [re.search(text, page) for text in (r"<strong>([\d,]+)</strong> 人已签到", r"([\d,]+) 人已评价")]
        signed, rated = (int(one[1].replace(",", "")) if one else -1 for one in found)
        return signed, rated


def password() -> str:
    env = Path(".env")
    line = re.search(r"^DEMO_PASSWORD=(.*)$", env.read_text(), re.MULTILINE) if env.exists() else None
    return os.environ.get("DEMO_PASSWORD") or (line[1] if line else "")


class State:
    screen: Screen
    started = last = 0.0
    signed = rated = waited = 0
    failed: list[str] = []


@events.test_start.add_listener
def look_at_the_screen(environment: Any, **kwargs: Any) -> None:
    State.screen, State.started = Screen(environment.host), time.time()


class Phone(HttpUser):
    wait_time = between(0.2, 1.0)

    def on_start(self) -> None:
        if random.random() < 0.3:
            kind = f"Mozilla/5.0 (iPhone; CPU {random.choice(KINDS)} like Mac OS X) MicroMessenger/8.0.{random.randint(40, 55)}"
        else:
            kind = f"Mozilla/5.0 (Linux; Android {random.randint(10, 15)}; {random.choice(MODELS)}) MicroMessenger/8.0.{random.randint(40, 55)}"
        self.client.headers["User-Agent"] = kind

    @task
    def come_and_rate(self) -> None:
        page = self.client.get(State.screen.code(), name="scan").text
        data = dict(FIELD.findall(page))
        if "admission" not in data:
            self._fail("scanned, and no button")
        address = State.screen.code().split("?")[0]
        page = self._press(f"{address}sign-in/", data)
        State.signed += 1
        gevent.sleep(random.uniform(0.2, 2))
        data = dict(FIELD.findall(page)) | {"overall": random.choice("55544321"), "comment": ""}
        answer = self.client.post(address, data=data, name="rate")
        if "谢谢您的评价" not in answer.text:
            self._fail("rated, and no thanks")
        State.rated += 1
        State.last = time.time()
        rest()

    def _press(self, address: str, data: dict[str, str]) -> str:
        for _ in range(3):
            with self.client.post(address, data=data, name="sign in", catch_response=True) as answer:
                if "签到成功" in answer.text:
                    answer.success()
                    return answer.text
                if answer.status_code != 429:
                    break
                answer.success()  # told to wait: waits, and presses again
                State.waited += 1
                data = dict(FIELD.findall(answer.text))
            gevent.sleep(WAIT_WHEN_TOLD)
        self._fail("pressed, and not signed in")
        return ""

    def _fail(self, why: str) -> None:
        State.failed.append(why)
        rest()


def rest() -> None:
    """Back in its pocket: a phone that stopped would be replaced by another one."""
    while True:
        gevent.sleep(3600)


@events.spawning_complete.add_listener
def stop_when_all_are_done(user_count: int, **kwargs: Any) -> None:
    environment = kwargs.get("environment") or _environment[0]

    def wait() -> None:
        while State.rated + len(State.failed) < user_count:
            gevent.sleep(0.2)
        environment.runner.quit()

    gevent.spawn(wait)


_environment: list[Any] = []


@events.init.add_listener
def keep(environment: Any, **kwargs: Any) -> None:
    _environment.append(environment)


@events.quitting.add_listener
def compare(environment: Any, **kwargs: Any) -> None:
    signed, rated = (now - was for now, was in zip(State.screen.counts(), State.screen.before, strict=True))
    print(f"\n{State.rated} phones done in {State.last - State.started:.1f} s, {State.waited} told to wait a minute")
    for entry in [*environment.stats.entries.values(), environment.stats.total]:
        p50, p99 = (entry.get_response_time_percentile(share) for share in (0.5, 0.99))
        print(
            f"  {entry.name:12} {entry.num_requests:6} requests, {entry.num_failures} failed, p50 {p50} ms, p99 {p99} ms"
        )
    print(f"  phones were told: {State.signed} signed in, {State.rated} rated; the session counts {signed} and {rated}")
    exact = (
        (signed, rated) == (State.signed, State.rated) and not State.failed and not environment.stats.total.num_failures
    )
    for why in sorted(set(State.failed)):
        print(f"  FAILED: {why} ({State.failed.count(why)} times)")
    print("  none lost, none double" if exact else "  NOT EXACT")
    environment.process_exit_code = 0 if exact else 1
