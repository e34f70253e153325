"""What fails around the portal, really done: what a user sees meanwhile, how soon it is over, and that nothing acknowledged is lost.

Run by `make test-faults`; on the other suites they would take half of the time.
"""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from PIL import Image

from tests.faults import answers_at, free_port, get, status_by_socket
from tests.live import Portal, wait_for
from tests.prepared import ROOT

pytestmark = pytest.mark.faults


@pytest.fixture
def portal(tmp_path, prepared):
    portal = Portal(tmp_path / "portal", prepared)
    portal.link_static()
    yield portal
    portal.stop()


# What factories make is marked by nobody: counted once, before anything begins.
PEOPLE = """
from tests import factories
from xiangshan.metrics import rollup
organization = factories.OrganizationFactory(stage="unionised")
print(factories.somebody("county_staff").pk, factories.somebody("org_leader", organization.pk).pk, organization.pk)
rollup.roll_up()
"""
COUNT = """
import time
from datetime import date
from orgs.models import SocialOrganization
from services.actions import sessions
from tests import factories
from xiangshan.core.accounts.models import User
staff, leader = User.objects.get(pk={staff}), User.objects.get(pk={leader})
organization = SocialOrganization.objects.get(pk={organization})
plan = dict(organization=organization, category=factories.category("law"), area_id=organization.area_id, held_on=date(2020, 11, 11))
n = 0
until = time.time() + {seconds}
while time.time() < until:
    item = sessions.plan(by=leader, title=f"第{{n}}场", **plan)
    item = sessions.report(item, by=leader, workers_served=5, volunteers=1, summary="")
    sessions.verify(item, by=staff)
    n += 1
    time.sleep(0.05)
print(n)
"""


def count(portal: Portal, seconds: float) -> str:
    """Code that reports and verifies sessions for so long, and prints how many."""
    staff, leader, organization = portal.run(PEOPLE).split()
    return COUNT.format(staff=staff, leader=leader, organization=organization, seconds=seconds)


def test_a_worker_killed_twenty_times_under_load_loses_nothing(portal):
    writing = portal.begin(code=count(portal, 45))
    for _ in range(20):
        worker = portal.start_worker()
        time.sleep(2)
        portal.kill(worker)
    verified = int(writing.output(120))
    assert verified > 50
    portal.start_worker()
    portal.run("from xiangshan.metrics.invalidation import ring; ring()")
    took = wait_for(lambda: portal.look("SELECT COUNT(*) FROM metrics_stalemark WHERE kind <> ''") == (0,), 90)
    print(f"{verified} sessions verified, all counted {took:.1f} s after the last start")
    assert portal.manage("reconcile", check=False).code == 0
    figures = json.loads(portal.manage("figures", "--year", "2020", "--scope", "area:330225", "--json").printed)
    assert figures["figures"]["sessions_held"]["value"] == verified


@pytest.mark.skipif(bool(os.environ.get("REDIS_URL")), reason="只有不用 Redis 时才有文件队列")
def test_a_half_written_message_stops_nobody(portal):
    queue = portal.var / "queue"
    queue.mkdir(exist_ok=True)
    (queue / "control").mkdir(exist_ok=True)
    (queue / "0_empty.celery.msg").write_text("")
    (queue / "0_half.celery.msg").write_text('{"body": "W1tdLCB7fSwg')
    (queue / "control" / "celery.exchange").write_text('[["cel')
    portal.start_worker()
    portal.run(count(portal, 0.2))
    portal.run("from xiangshan.metrics.invalidation import ring; ring()")
    wait_for(lambda: portal.look("SELECT COUNT(*) FROM metrics_stalemark WHERE kind <> ''") == (0,), 60)
    assert {path.name for path in (queue / "broken").iterdir()} == {"0_empty.celery.msg", "0_half.celery.msg"}
    assert portal.processes[-1].poll() is None, "the worker lives"


def test_a_dead_worker_is_started_again_and_the_second_start_refused(tmp_path):
    held, marks = tmp_path / "running.lock", tmp_path / "marks"
    command = [sys.executable, "-m", "xiangshan.keep_running", "--only", str(held)]
    script = f"open({str(marks)!r}, 'a').write('x'); raise SystemExit(3)"
    keeper = subprocess.Popen([*command, sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: marks.exists() and len(marks.read_text()) >= 2, 20)
        second = subprocess.run([*command, "true"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "已在运行" in second.stderr
    finally:
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(10) == 0


def test_a_taken_port_is_said_before_anything_starts(portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        portal.env["PORT"] = str(taken.getsockname()[1])
        found = portal.manage("prepare", check=False)
        assert found.code == 1
        assert "已被占用" in found.into.with_suffix(".err").read_text()


def test_redis_gone_stops_no_page_and_no_write(tmp_path, prepared):
    if shutil.which("redis-server") is None:
        pytest.skip("没有 redis-server:apt-get install redis-server")
    port = free_port()

    def serve() -> subprocess.Popen[bytes]:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path)
        wait_for(lambda: answers_at(port), 10)
        return process

    redis = serve()
    portal = Portal(tmp_path / "portal", prepared)
    portal.link_static()
    before = dict(portal.env)
    portal.env["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    try:
        portal.start_web()
        portal.start_worker()
        assert get(f"{portal.address}/ask/")[0] == 200
        redis.kill()
        redis.wait()
        times = [get(f"{portal.address}/ask/") for _ in range(5)]
        assert {status for status, _, _ in times} == {200}
        print(f"without Redis: the slowest page took {max(took for _, _, took in times):.2f} s")
        assert max(took for _, _, took in times) < 3
        verified = int(portal.run(count(portal, 1)))
        assert verified > 0
        redis = serve()
        took = wait_for(lambda: portal.look("SELECT COUNT(*) FROM metrics_stalemark WHERE kind <> ''") == (0,), 90)
        print(f"{verified} writes counted {took:.1f} s after Redis came back")
    finally:
        redis.kill()
        redis.wait()
        portal.env = before
        portal.stop()


PHOTO_UPLOAD = """
from django.test import Client
from django.conf import settings
from tests import factories
settings.ALLOWED_HOSTS = ["*"]
leader_of = factories.OrganizationFactory()
leader = factories.somebody("org_leader", leader_of.pk)
client = Client()
client.force_login(leader, backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
print(client.cookies["sessionid"].value, leader_of.pk)
"""


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    return made.getvalue()


def test_a_dead_storage_holds_no_other_page(portal):
    """A black hole in place of S3: it takes the call and is silent. Eight uploads at once, on eight threads."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(64)
        portal.env |= {
            "S3_BUCKET": "files",
            "S3_ENDPOINT": f"http://127.0.0.1:{hole.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_DEFAULT_REGION": "cn",
        }
        login, organization = portal.run(PHOTO_UPLOAD).split()
        portal.start_web()
        answers: list[Any] = []

        def upload() -> None:
            boundary = "x" * 20
            opener = urllib.request.build_opener()
            token = "t" * 32
            body = (
                (
                    f'--{boundary}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
                    f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n'
                    "Content-Type: image/png\r\n\r\n"
                ).encode()
                + picture()
                + f"\r\n--{boundary}--\r\n".encode()
            )
            request = urllib.request.Request(  # noqa: S310
                f"{portal.address}/files/socialorganization/{organization}/new/",
                data=body,
                headers={
                    "Content-Type": f"multipart/form-data; boundary={boundary}",
                    "Cookie": f"sessionid={login}; csrftoken={token}",
                },
            )
            begun = time.monotonic()
            try:
                with opener.open(request, timeout=60) as answer:
                    answers.append((answer.status, time.monotonic() - begun))
            except urllib.error.HTTPError as error:
                answers.append((error.code, time.monotonic() - begun))

        threads = [threading.Thread(target=upload) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        status, _, took = get(f"{portal.address}/ask/")
        assert (status, took < 3) == (200, True), f"another page took {took:.2f} s"
        for thread in threads:
            thread.join(60)
        print(
            f"uploads: {sorted({status for status, _ in answers})}, the slowest {max(took for _, took in answers):.1f} s"
        )
        assert {status for status, _ in answers} == {503}
        assert max(took for _, took in answers) < 15
        assert portal.look("SELECT COUNT(*) FROM dossier_attachment") == (0,), "nothing half stored"


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="磁盘已满时 PostgreSQL 在另一处；SQLite 就在这块盘上")
def test_a_full_disk_lets_people_read_and_tells_who_writes(tmp_path, prepared):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("不能挂载小文件系统（需要 root）")
    portal = Portal(disk / "portal", prepared)
    portal.link_static()
    try:
        portal.start_web()
        login, _ = portal.run(PHOTO_UPLOAD).split()
        cookie = {"Cookie": f"sessionid={login}; csrftoken={'t' * 32}"}
        filler = disk / "filler"
        with filler.open("wb") as file:
            try:
                while True:
                    file.write(b"x" * 65536)
                    file.flush()
            except OSError:
                pass
        assert get(f"{portal.address}/ask/")[0] == 200, "reading goes on"
        told, page = 0, ""
        for n in range(200):
            body = f"csrfmiddlewaretoken={'t' * 32}&name={'%E5%AD%97' * 300}{n}&query=%3Fq%3D1&page=%2Forgs%2F".encode()
            request = urllib.request.Request(f"{portal.address}/lists/organizations/views/", data=body, headers=cookie)  # noqa: S310
            try:
                urllib.request.urlopen(request, timeout=30)  # noqa: S310
            except urllib.error.HTTPError as error:
                told, page = error.code, error.read().decode()
                break
        assert told == 503, "two hundred writes were taken by a full disk"
        assert "磁盘已满" in page
        assert get(f"{portal.address}/ask/")[0] == 200
        filler.unlink()
        assert get(f"{portal.address}/ask/")[0] == 200
    finally:
        portal.stop()
        subprocess.run(["umount", "-l", str(disk)], check=False)


def test_a_new_version_is_taken_up_without_losing_a_request(portal):
    """What `systemctl reload portal-web` does, by the unit's own command: one web process after another, while people go on.

    The pause between processes is made shorter than a process takes to start, as it is on a machine that has much to do.
    """
    unit = (ROOT / "deploy/portal-web.service").read_text(encoding="utf-8")
    before, command = (
        re.search(rf"^{name}=\S*/bin/(.+)$", unit, re.MULTILINE) for name in ("ExecStartPre", "ExecStart")
    )
    assert before
    assert command
    with tempfile.TemporaryDirectory() as folder:
        door = f"{folder}/web.sock"
        web = portal.start(*command[1].replace("/run/portal", folder).split(), "--respawn-interval", "0.2")
        wait_for(lambda: status_by_socket(door, "/ask/") == 200, 60)
        answers: list[int | str] = []
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                answers.append(status_by_socket(door, "/ask/"))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            time.sleep(2)
            before_reload = len(answers)
            os.kill(web.pid, signal.SIGHUP)
            time.sleep(6)
            # On a slow machine it takes longer until as many have asked.
            wait_for(lambda asked=before_reload: len(answers) > asked + 60, 60)
        over.set()
        for thread in threads:
            thread.join(20)
        wrong = [answer for answer in answers if answer != 200]
        print(f"{len(answers)} requests over two reloads, other answers than 200: {wrong[:5]}")
        assert not wrong
        assert len(answers) > 100
        # A web process that died without a word leaves its socket's file behind; the next one takes the place.
        portal.kill(web)
        subprocess.run(before[1].replace("/run/portal", folder).split(), check=True)
        portal.start(*command[1].replace("/run/portal", folder).split())
        wait_for(lambda: status_by_socket(door, "/ask/") == 200, 60)
