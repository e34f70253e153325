"""A county's first day, three times: from deploy/install behind TLS to the first session on its own dashboard.

One portal, three counties of different provinces that do not see each other.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import DESK, FLAGS, PHONE, here, pick, stranger_page
from tests.live import wait_for
from tests.prepared import ROOT, STATIC, with_path

pytestmark = pytest.mark.browser
PHRASE = "海上老娘舅讲理又讲情"
NGINX = "/usr/sbin/nginx"


class FirstDay(NamedTuple):
    """One county: its code, what the portal calls it, one of its towns, and the number that its people's phones begin with."""

    code: str
    union: str
    town: str
    phones: str


COUNTIES = (
    FirstDay("513431", "昭觉县总工会", "新城镇", "1381"),  # 四川
    FirstDay("110101", "东城区总工会", "东华门街道", "1382"),  # 北京
    FirstDay("440303", "罗湖区总工会", "桂园街道", "1383"),  # 广东
)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Deployed:
    """What deploy/install made, and what its units start."""

    def __init__(self, prefix: Path, env: dict[str, str]) -> None:
        self.prefix, self.env = prefix, env
        self.https, self.http, self.port = free_port(), free_port(), free_port()
        self.address = f"https://localhost:{self.https}"
        self.process: subprocess.Popen[bytes] | None = None

    def install(self, county: FirstDay) -> str:
        command = ["deploy/install", "--prefix", str(self.prefix), "--host", "localhost", "--county", county.code]
        command += ["--admin", f"{county.phones}0000001", "--admin-name", "管一"]
        command += ["--https-port", str(self.https), "--http-port", str(self.http), "--port", str(self.port)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *words: str) -> str:
        settings = [
            line.split("=", 1)
            for line in (self.prefix / "etc/portal.env").read_text().splitlines()
            if re.match(r"[A-Z]", line)
        ]
        env = {**self.env, **dict(settings)}
        command = [str(ROOT / ".venv/bin/python"), "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        with (self.prefix / "run.log").open("wb") as log:
            self.process = subprocess.Popen(
                ["deploy/run-units", str(self.prefix)], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        wait_for(self._answers, 90)

    def _answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=3).status == 200  # noqa: S310
        except OSError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, prepared) -> Iterator[Deployed]:
    if not Path(NGINX).exists():
        pytest.skip("没有 nginx:apt-get install nginx-light（.ci/run 会装）")
    prefix = tmp_path_factory.mktemp("deployed")
    env = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "VAR", "DEBUG")}
    name = ""
    if prepared.server:
        name = f"{prepared.run}_{secrets.token_hex(5)}"
        prepared.sql(f'CREATE DATABASE "{name}"')
        env["DATABASE_URL"] = with_path(prepared.server, f"/{name}")
    if redis := os.environ.get("REDIS_URL"):
        env["REDIS_URL"] = with_path(redis, "/7")
    kept = ROOT / "var" / "division"
    if kept.exists():  # fetched once for a developer's machine
        shutil.copytree(kept, prefix / "var" / "division")
    (prefix / "var").mkdir(exist_ok=True)
    (prefix / "var" / "static").symlink_to(STATIC)  # collected once for all portals
    portal = Deployed(prefix, env)
    yield portal
    portal.stop()
    if name:
        prepared.drop(env["DATABASE_URL"])


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        tag = field.evaluate("field => field.tagName")
        if tag == "SELECT":
            pick(page, name, value) if field.is_hidden() else field.select_option(label=value)
        else:
            field.fill(value)


def submit(page: Page) -> None:
    page.locator("main button[type=submit].btn-primary").first.click()


def enter(browser: Browser, portal: Deployed, link: str, phone: str, shape: dict = DESK) -> Page:
    """Opens an invitation, sets a password, logs in."""
    page = stranger_page(browser, portal.address, shape)
    page.goto(link)
    page.locator("[name=new_password1]").fill(PHRASE)
    page.locator("[name=new_password2]").fill(PHRASE)
    page.get_by_role("button", name="设置密码").click()
    page.get_by_label("用户名或手机号").fill(phone)
    page.get_by_label("密码").fill(PHRASE)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page


def invite(page: Page, name: str, phone: str, role: str, **scope: str) -> str:
    """The link that the administrator hands on."""
    page.goto("/people/invite/")
    fill(page, people=f"{name} {phone}", role=role, **scope)
    submit(page)
    link = page.locator("input[readonly]").input_value()
    assert "/accounts/invitation/" in link
    return link


def link_in(text: str) -> str:
    found = re.search(r"https://\S+/accounts/invitation/\S+", text)
    assert found, text
    return found[0]


@pytest.fixture(scope="module")
def opened(deployed) -> dict[str, str]:
    """The link of each county's first administrator. The first county comes with the installation, the others join it."""
    links = {COUNTIES[0].code: link_in(deployed.install(COUNTIES[0]))}
    for county in COUNTIES[1:]:
        said = deployed.manage(
            "setup", "--county", county.code, "--admin", f"{county.phones}0000001", "--admin-name", "管一"
        )
        links[county.code] = link_in(said)
    deployed.start()
    said = deployed.manage("smoke", deployed.address, "--insecure")
    assert "FAIL" not in said
    return links


@pytest.fixture(scope="module")
def secure_browser(chromium) -> Iterator[Browser]:
    browser = chromium.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, "--ignore-certificate-errors"])
    yield browser
    browser.close()


@pytest.mark.parametrize("county", COUNTIES, ids=lambda county: county.code)
def test_a_county_is_at_work_on_its_first_day(deployed, opened, secure_browser, county):
    phones = {role: f"{county.phones}000001{n}" for n, role in enumerate(("lead", "clerk", "super", "leader", "medi"))}
    admin = enter(secure_browser, deployed, opened[county.code], f"{county.phones}0000001")
    expect(admin.locator("a.brand")).to_contain_text(county.union)
    admin.goto("/setup/")
    expect(admin.locator("main")).to_contain_text("第一批工作人员")
    area = county.union.removesuffix("总工会")

    # The first leader is named by one; who opens parties waits for the leader's word.
    lead = enter(secure_browser, deployed, invite(admin, "领一", phones["lead"], "领导", area=area), phones["lead"])
    clerk_link = invite(admin, "办一", phones["clerk"], "县总工会工作人员", area=area)
    super_link = invite(admin, "权一", phones["super"], "权益保障", area=area)
    lead.goto("/people/")
    lead.get_by_role("link", name="权一 权益保障").click()
    lead.get_by_role("button", name="确认任职").click()
    expect(lead.get_by_text("已确认任职")).to_be_visible()

    clerk = enter(secure_browser, deployed, clerk_link, phones["clerk"])
    clerk.goto("/orgs/new/")
    fill(clerk, name=f"{area}第一志愿队", legal_form="志愿服务队/未登记", area=county.town)
    submit(clerk)
    here(clerk, r"/orgs/\d+/")
    leader_link = invite(admin, "负一", phones["leader"], "社会组织负责人", organization=f"{area}第一志愿队")

    supervisor = enter(secure_browser, deployed, super_link, phones["super"])
    supervisor.goto("/mediation/studios/new/")
    fill(supervisor, name="第一工作室", case_prefix="一", area=county.town, opened_on=f"{timezone.localdate()}")
    submit(supervisor)
    here(supervisor, r"/mediation/studios/\d+/")
    mediator_link = invite(admin, "调一", phones["medi"], "调解员", studio="第一工作室")
    lead.goto("/people/")
    lead.get_by_role("link", name="调一 调解员").click()
    lead.get_by_role("button", name="确认任职").click()
    enter(secure_browser, deployed, mediator_link, phones["medi"], PHONE)

    # A session anywhere: no venue is registered yet.
    leader = enter(secure_browser, deployed, leader_link, phones["leader"], PHONE)
    leader.goto("/services/sessions/new/")
    fill(leader, category="便民服务", title="第一场义诊", held_on=f"{timezone.localdate()}", place="村口老樟树下")
    submit(leader)
    here(leader, r"/services/sessions/\d+/report/")
    leader.locator("[name=workers_served]").fill("12")
    submit(leader)
    expect(leader.get_by_role("status")).to_contain_text("已上报，等待工会核实")

    clerk.goto("/services/sessions/queue/")
    expect(clerk.locator("main")).to_contain_text("村口老樟树下")
    clerk.get_by_role("button", name=re.compile("^核实")).first.click()
    expect(clerk.locator("main")).to_contain_text("没有")

    def counted() -> bool:
        lead.goto("/dashboard/")
        return bool(re.search(r"服务场次\s*1\b", lead.locator("main").inner_text()))

    wait_for(counted, 60, every=1)
    for other in COUNTIES:
        if other != county:
            assert other.union not in lead.content()
            assert other.town not in lead.content()
    assert [text for text in leader.complaints + clerk.complaints if "favicon" not in text] == []


def test_installing_again_leaves_alone_what_is_there(deployed, opened):
    before = (deployed.prefix / "etc/portal.env").read_text()
    again = deployed.install(COUNTIES[0])
    assert (deployed.prefix / "etc/portal.env").read_text() == before
    assert "已有密码" in again or "设置密码" in again


def test_the_portal_counts_whom_its_proxy_names(browser, deployed, opened):
    """Forty addresses behind nginx mistype a password once each and go on; one that does it eight times is told to wait."""

    def mistype(address: str, n: int) -> int:
        headers = {"X-Forwarded-For": address, "Referer": deployed.address}
        context = browser.new_context(ignore_https_errors=True, extra_http_headers=headers)
        page = f"{deployed.address}/accounts/login/"
        context.request.get(page)
        token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken")
        values = {"login": "nobody", "password": f"wrong-{n}", "csrfmiddlewaretoken": token}
        status = context.request.post(page, form=values).status
        context.close()
        return status

    assert {mistype(f"198.51.100.{n}", n) for n in range(40)} == {200}
    assert [mistype("203.0.113.9", n) for n in range(9)][-1] == 429
