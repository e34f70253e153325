"""Every URL of the portal, as every role, on own and on foreign records. A URL without a row fails."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from orgs.models import Honour, OrganizationDuty, OrganizationMerge, ProfileProposal
from services.models import AcceptedSession, CalendarFeed, Invitation
from tests import factories
from tests.access import CASES, FIGURES, READERS, ROLES, TABLE, Row
from tests.mediation import builders as disputes
from tests.projects import builders
from xiangshan.core.accounts.models import PostRequest
from xiangshan.core.areas.models import Area, county_of
from xiangshan.metrics.models import ShareLink, Target
from xiangshan.shared.comments.models import Comment, Mention
from xiangshan.shared.imports.models import Ledger
from xiangshan.shared.lists.models import SavedView

# The admin's own pages all ask the same: an administrator, or the way to the login.
ADMIN = "admin:"


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for item in (resolver or get_resolver()).url_patterns:
        if isinstance(item, URLResolver):
            found += patterns(item, f"{prefix}{item.namespace}:" if item.namespace else prefix)
        else:
            found.append((f"{prefix}{item.name}" if item.name else f"{prefix}{item.pattern}", item))
    return found


ALL = patterns()


def records(organization: Any, area_id: int, studio: Any) -> dict[str, Any]:
    contract = factories.ContractFactory(organization=organization)
    line = factories.LineFactory(contract=contract)
    bought = {"organization": organization, "area_id": area_id, "basis": "bought", "contract_line": line}
    branch = factories.BranchFactory(area_id=area_id)
    factories.CoverageFactory(branch=branch, organization=organization)
    attachment = factories.AttachmentFactory(record=organization)
    duplicate = factories.OrganizationFactory(area_id=area_id, merged_into=organization)
    comment = Comment.objects.create(record=organization, text="看看", by=factories.UserFactory())
    payable = factories.ContractFactory(organization=organization)
    # A county's own: the one the area lies in.
    county = {"area_id": county_of(area_id)}

    def invited(**values: Any) -> Any:
        made = factories.ProcurementFactory(**county, **values)
        Invitation.objects.create(procurement=made, organization=organization)
        return made

    scoring = invited(status="scoring")
    bid = factories.BidFactory(procurement=scoring, organization=organization)
    decided_procurement = invited()
    winner = factories.BidFactory(procurement=decided_procurement, organization=organization)
    decided_procurement.winner, decided_procurement.status = winner, "decided"
    decided_procurement.decision_reason = "最好"
    decided_procurement.decided_by, decided_procurement.decided_on = factories.UserFactory(), date(2020, 1, 1)
    decided_procurement.save()
    another = factories.ContractFactory(organization=organization)
    item = factories.SessionFactory(
        verified=True, **{**bought, "contract_line": factories.LineFactory(contract=another)}, line_unit=1
    )
    acceptance = factories.AcceptanceFactory(contract=another)
    AcceptedSession.objects.create(acceptance=acceptance, session=item)
    low = factories.ResponseFactory(session=item, overall=1)
    return {
        "follow_up": factories.FollowUpFactory(response=low, session=item),
        "finding": factories.FindingFactory(session=item),
        "call_out": factories.CallOutFactory(session__organization=organization, session__area_id=area_id),
        "document": factories.DocumentFactory(contract=contract),
        "acceptance": acceptance,
        "decided": factories.AcceptanceFactory(
            contract=payable,
            status="decided",
            decision="accepted",
            decided_by=factories.UserFactory(),
            decided_on=date(2020, 12, 2),
        ),
        "term": factories.TermFactory(contract=another),
        "payment": factories.PaymentFactory(contract=payable),
        "approved": factories.PaymentFactory(
            contract=payable, status="approved", approved_by=factories.UserFactory(), approved_at=timezone.now()
        ),
        "sent_back": factories.PaymentFactory(contract=payable, status="returned"),
        "request": factories.RequestFactory(area_id=area_id, contract_line=line, status="matched"),
        "asked": factories.RequestFactory(area_id=area_id),
        "procurement": (procurement := invited(status="open")),
        "procurement_draft": factories.ProcurementFactory(**county),
        "scoring": scoring,
        "bid": bid,
        "open_bid": factories.BidFactory(procurement=procurement, organization=organization),
        "decided_procurement": decided_procurement,
        "feed": CalendarFeed.objects.create(user=factories.UserFactory(), digest=f"{organization.pk}"),
        "draft_line": line,
        "planned": factories.SessionFactory(organization=organization, area_id=area_id),
        "organization": organization,
        "branch": branch,
        "venue": factories.VenueFactory(area_id=area_id),
        "employer": factories.EmployerFactory(area_id=area_id),
        "project": factories.ProjectFactory(organization=organization),
        **builders.records(organization, area_id),
        **disputes.records(studio, area_id),
        "contract": contract,
        "draft": factories.ContractFactory(organization=organization, status="draft", signed_on=None),
        "session": factories.SessionFactory(**bought),
        "reported": factories.SessionFactory(reported=True, **bought),
        "studio": studio,
        "case": factories.CaseFactory(studio=studio),
        "reception": factories.ReceptionFactory(studio=studio),
        "batch": Ledger.objects.create(by=factories.UserFactory(), register="organizations", file_name="别人的.xlsx"),
        "duty": OrganizationDuty.objects.create(
            organization=organization, duty="contact", name="小王", starts_on=date(2020, 1, 1)
        ),
        "honour": Honour.objects.create(organization=organization, title="先锋号", granted_on=date(2020, 5, 1)),
        "proposal": ProfileProposal.objects.create(
            organization=organization, values={"address": ["", "新址"]}, proposed_by=factories.UserFactory()
        ),
        "coverage": organization.coverages.get(),
        "twin": factories.OrganizationFactory(area_id=area_id),
        "duplicate": duplicate,
        "merge": OrganizationMerge.objects.create(kept=organization, merged=duplicate, by=factories.UserFactory()),
        "attachment": attachment,
        "comment": comment,
        "mention": Mention.objects.create(comment=comment, user=factories.UserFactory()),
        "view": SavedView.objects.create(user=factories.UserFactory(), table="organizations", name="别人的"),
        "town": Area.objects.get(pk=area_id),
        "closing": factories.ClosingFactory(area_id=county_of(area_id), year=2019),
        "closing_signed": factories.ClosingFactory(area_id=county_of(area_id), year=2018, signed=True),
        "target": Target.objects.create(
            area_id=area_id,
            year=2020,
            metric="sessions_held",
            value=100,
            reason="工作要点",
            set_by=factories.UserFactory(),
        ),
        "share": ShareLink.objects.create(
            area_id=area_id,
            title="调研组",
            digest=f"digest{area_id}",
            created_by=factories.UserFactory(),
            expires_on=timezone.localdate(),
        ),
        "strength": factories.StrengthFactory(organization=organization),
        "person": (person := factories.somebody("org_leader", organization.pk)),
        "post": person.posts.get(),
        "post_request": PostRequest.objects.create(
            user=person,
            role="mediator",
            scope_id=studio.pk,
            starts_on=date(2020, 1, 1),
            asked_by=factories.UserFactory(),
        ),
    }


@pytest.fixture(autouse=True, scope="module")
def empty_cache() -> None:
    """Emptied once: what waits for each user is counted for many addresses, as it is for a person who goes from page to page."""
    cache.clear()


@pytest.fixture(scope="module")
def all_records(module_db: None) -> dict[str, Any]:
    """Own records in 丹东街道, the same again in another county, and one user per role."""
    organization, studio = factories.OrganizationFactory(), factories.StudioFactory()
    foreign_town = factories.elsewhere()
    foreign = records(
        factories.OrganizationFactory(area_id=foreign_town.pk),
        foreign_town.pk,
        factories.StudioFactory(area_id=foreign_town.pk),
    )
    scopes = {"town_staff": factories.DANDONG, "org_leader": organization.pk, "mediator": studio.pk, "administrator": 0}
    users = {role: factories.somebody(role, scopes.get(role, factories.COUNTY)) for role in ROLES}
    logins = {role: logged_in(user).cookies for role, user in users.items()}
    return {"own": records(organization, factories.DANDONG, studio), "foreign": foreign, "logins": logins}


@pytest.fixture
def world(all_records: dict[str, Any], db: None) -> dict[str, Any]:
    """The records, and a client per role that is logged in. What a test writes is rolled back; a client that logs out is made anew."""
    clients = {role: Client() for role in all_records["logins"]}
    for role, client in clients.items():
        client.cookies.load({name: cookie.value for name, cookie in all_records["logins"][role].items()})
    return {**all_records, "clients": clients}


def address(name: str, row: Row, things: dict[str, Any]) -> str:
    args: list[Any] = [things[row.record].pk] if row.record else []
    if row.record == "attachment":
        args = [things["attachment"].key]
    if name in ("orgs:organization_merge", "orgs:organization_apart"):
        args = [things["organization"].pk, things["twin"].pk]
    if name == "mediation:case_document":
        args.append("agreement")
    if name.endswith(("_document", "_letter", "_summary")):
        args.append("pdf")
    if name in ("mediation:case_join", "mediation:case_apart"):
        args.append(things["case_other"].pk)
    if name.startswith("mediation:calendar_"):
        args = [2026]
    if name == "calendar_feed":
        args = ["forged"]
    if name in ("ask_state", "ask_rate", "ask_withdraw"):
        args = [things["request"].code]
    if name == "account_invitation":
        args = ["forged"]
    if name in ("attachment_new", "comment_new", "record_history"):
        args = ["socialorganization", things["organization"].pk]
    if name.startswith("survey"):
        args = [things["session"].code]
    if name in ("view_columns", "view_save", "import_new", "import_template"):
        args = ["organizations"]
    if name == "figure_detail":
        args = ["sessions_held"]
    if name == "closing_statement":
        args.append("pdf")
    if name == "target_set":
        args.append(2020)
    fixed = {
        "figure_brief": ["pdf"],
        "password_reset": ["forged"],
        "account_end_device": [1],
        "setup:entry_new": ["department"],
        "setup:entry_switch": ["department", 1],
        "closing_new": [2020],
        "job_run": ["refresh"],
        "shared_dashboard": ["forged"],
        "favourite_drop": [1],
        "brief_drop": [1],
    }
    args = fixed.get(name, args)
    return reverse(name, args=args) + row.query


def test_every_url_has_a_row() -> None:
    missing = [name for name, _ in ALL if not name.startswith(ADMIN) and name not in TABLE]
    gone = [name for name in TABLE if name not in {name for name, _ in ALL}]
    assert not missing, "write down who may open these"
    assert not gone, "these are no longer URLs"


# Some addresses share one world, which is as it was for each of them: making it takes longer than asking.
TOGETHER = 8
BUNDLES = [sorted(TABLE)[start : start + TOGETHER] for start in range(0, len(TABLE), TOGETHER)]


@contextmanager
def untouched() -> Iterator[None]:
    """Whatever is done in it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
    return client


@pytest.mark.parametrize("names", BUNDLES, ids=lambda names: f"{names[0]}..{names[-1]}")
def test_access_is_as_written(world: dict[str, Any], names: list[str]) -> None:
    wrong = []
    for name in names:
        with untouched():
            wrong += walked(world, name)
    assert not wrong, "\n".join(wrong)


def walked(world: dict[str, Any], name: str) -> list[str]:
    """One address, as every role, on own and on foreign records: what is not as written."""
    row = TABLE[name]
    wrong = []
    for whose in ("own", "foreign") if row.record else ("own",):
        url = address(name, row, world[whose])
        for role, client in world["clients"].items():
            with untouched() if row.post else nullcontext():
                response = (client.post if row.post else client.get)(url)
                seen = response.status_code
                if response.streaming:
                    b"".join(response.streaming_content)  # the client closes it at its end
            if seen != row.expected(role, whose == "foreign"):
                wrong.append(f"{role} on {whose} {url}: {seen}, written {row.expected(role, whose == 'foreign')}")
        seen = (Client().post if row.post else Client().get)(url).status_code
        if seen != row.nobody:
            wrong.append(f"nobody on {whose} {url}: {seen}, written {row.nobody}")
    return wrong


def test_the_admin_is_the_administrators(world: dict[str, Any]) -> None:
    """Every page of the admin that needs no record; the others stand behind the same door."""
    simple = [
        name for name, pattern in ALL if name.startswith(ADMIN) and pattern.name and not pattern.pattern.regex.groups
    ]
    simple = [
        name for name in simple if name not in ("admin:login", "admin:logout", "admin:autocomplete", "admin:jsi18n")
    ]
    assert len(simple) > 5
    for role, client in world["clients"].items():
        for name in simple:
            seen = client.get(reverse(name)).status_code
            assert seen in ((200, 302) if role == "administrator" else (302, 404)), f"{role} {name}: {seen}"
            if role != "administrator":
                assert seen == 302


LISTS = [name for name in TABLE if name.endswith("_list")]


@pytest.mark.parametrize("name", LISTS)
def test_no_list_leaks_a_foreign_record(world: dict[str, Any], name: str) -> None:
    """Nor its count, nor a filter by its id."""
    foreign = world["foreign"]
    secret = [
        str(getattr(foreign[key], "name", "") or foreign[key])
        for key in (
            "organization",
            "contract",
            "session",
            "case",
            "studio",
            "branch",
            "payment",
            "request",
            "procurement",
            "venue",
            "employer",
        )
    ]
    for role, client in world["clients"].items():
        filters = f"?organization={foreign['organization'].pk}&studio={foreign['studio'].pk}&area={factories.ELSEWHERE}&totals=1"
        for query in ("", filters):
            body = client.get(reverse(name) + query).content.decode()
            assert not [word for word in secret if word in body], f"{role} reads foreign records in {name}{query}"


def test_a_foreign_dashboard_is_not_found(world: dict[str, Any]) -> None:
    foreign = world["foreign"]
    for role in FIGURES:
        client = world["clients"][role]
        for query in (
            f"area={factories.ELSEWHERE}",
            f"organization={foreign['organization'].pk}",
            f"studio={foreign['studio'].pk}",
        ):
            assert client.get(reverse("dashboard") + "?" + query).status_code == 404, f"{role} {query}"


def test_who_may_not_see_the_rows_does_not_read_the_figure(world: dict[str, Any]) -> None:
    """A town works without contracts' money; cases are for those who see cases."""
    for role, client in world["clients"].items():
        money = client.get("/dashboard/figures/contract_amount/").status_code
        cases = client.get("/dashboard/figures/cases_received/").status_code
        body = client.get("/dashboard/").content.decode()
        assert (money == 200) is (role in READERS - {"town_staff"}), role
        assert (cases == 200) is (role in CASES), role
        assert ('data-figure="contract_amount"' in body) is (money == 200), role
        assert ('data-figure="cases_received"' in body) is (cases == 200), role
