"""Every URL of the portal, as every role, on own and on foreign records. A URL without a row fails."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from orgs.models import Honour, OrganizationDuty, OrganizationMerge, ProfileProposal
from services.models import (
    AcceptanceSignature,
    AcceptedSession,
    CalendarFeed,
    Invitation,
    Payment,
    ServiceContract,
    ServiceRequest,
)
from tests import factories
from tests.projects import making
from xiangshan.areas.models import county_of
from xiangshan.dossier.models import Attachment, Comment, Mention
from xiangshan.imports.models import ImportBatch
from xiangshan.pages.models import SavedView

ROLES = (
    "county_staff",
    "town_staff",
    "org_leader",
    "mediator",
    "mediation_supervisor",
    "finance",
    "leadership",
    "auditor",
    "administrator",
)
EVERYBODY = set(ROLES)
AREA = {"county_staff", "town_staff", "mediation_supervisor", "finance", "leadership", "auditor"}
READERS = AREA | {"org_leader"}
STAFF = {"county_staff", "town_staff"}
COUNTY = {"county_staff"}
MONEY = READERS - {"town_staff"}
UNION = AREA - {"town_staff"}
REQUESTS = {"county_staff", "town_staff", "leadership", "auditor", "org_leader"}
FEEDBACK = {"county_staff", "town_staff", "leadership", "auditor"}
CASES = {"county_staff", "mediation_supervisor", "leadership", "auditor", "mediator"}
HANDLERS = {"mediation_supervisor", "mediator"}
FIGURES = READERS | {"mediator"}


@dataclass(frozen=True)
class Row:
    """Who sees the record (others: 404), and who of them may do it (others: 403). Without `record` there is nothing to see first."""

    may: set[str]
    record: str = ""
    sees: frozenset[str] | set[str] = frozenset()
    # What those who do not see a record of their own area see of a foreign one: registers everybody shares are seen everywhere.
    shared: bool = False
    post: bool = False
    ok: int = 200
    nobody: int = 302
    query: str = ""
    special: dict[str, int] = field(default_factory=dict)

    def expected(self, role: str, foreign: bool) -> int:
        if role in self.special:
            return self.special[role]
        if not self.record:
            return self.ok if role in self.may else 403
        if role not in self.sees or (foreign and not self.shared):
            return 404
        if foreign and self.may != self.sees:
            return 403
        return self.ok if role in self.may else 403


def listed(may: set[str] = EVERYBODY) -> Row:
    return Row(may)


def of(record: str, sees: set[str], may: set[str] | None = None, **more: Any) -> Row:
    return Row(sees if may is None else may, record, sees, **more)


TABLE: dict[str, Row] = {
    "todo_list": listed(),
    "view_columns": Row(EVERYBODY, post=True, ok=302),
    "view_save": Row(EVERYBODY, post=True, ok=302),
    "view_delete": of("view", EVERYBODY, EVERYBODY, post=True, ok=302, special=dict.fromkeys(ROLES, 404)),
    "help_page": listed(),
    "search": listed(),
    "notice_list": listed(),
    "notice_read": Row(EVERYBODY, post=True, ok=302),
    "notice_settings": listed(),
    "dashboard": listed(FIGURES),
    "figure_organizations": listed(FIGURES),
    # Sessions are no figure of a studio: for a mediator there is no such page.
    "figure_detail": Row(FIGURES, special={"mediator": 404}),
    "account_change_password": listed(),
    "account_login": Row(EVERYBODY, ok=302, nobody=200),
    "account_logout": Row(EVERYBODY, ok=200),
    "healthz": Row(EVERYBODY, nobody=200),
    "readyz": Row(EVERYBODY, ok=503, nobody=503),
    "metrics": Row(EVERYBODY, nobody=200),
    "survey_answer": Row(EVERYBODY, nobody=200),
    "survey_thanks": Row(EVERYBODY, nobody=200),
    # The shell is everybody's: nothing of anybody stands in it. Its doors answer in JSON: 401, not the way to the login.
    "field:field_home": Row(EVERYBODY, nobody=200),
    "field:field_manifest": Row(EVERYBODY, nobody=200),
    "field:field_worker": Row(EVERYBODY, nobody=200),
    "field:field_data": Row(EVERYBODY, nobody=401),
    "field:field_send": Row(EVERYBODY, post=True, ok=422, nobody=401),
    "field:field_photo": Row(EVERYBODY, post=True, ok=422, nobody=401),
    # Without a page that was scanned a moment ago.
    "survey_sign_in": Row(EVERYBODY, post=True, ok=410, nobody=410),
    # What is not allowed on a record that is seen is refused; on another's there is nothing.
    "attachment_new": of("organization", READERS, STAFF | {"org_leader"}, post=True, ok=302),
    "attachment_file": of("attachment", READERS),
    "attachment_small": of("attachment", READERS),
    "attachment_remove": of("attachment", READERS, STAFF, post=True, ok=302),
    "comment_new": of("organization", READERS, post=True, ok=302),
    "comment_remove": of("comment", READERS, set(), post=True),
    "mention_done": of("mention", EVERYBODY, post=True, special=dict.fromkeys(ROLES, 404)),
    "history_list": Row({"auditor"}),
    "record_history": of("organization", READERS),
    "import_new": Row(STAFF),
    "import_template": Row(STAFF),
    "import_detail": of("batch", EVERYBODY, special=dict.fromkeys(ROLES, 404)),
    "import_errors": of("batch", EVERYBODY, special=dict.fromkeys(ROLES, 404)),
    "import_apply": of("batch", EVERYBODY, post=True, special=dict.fromkeys(ROLES, 404)),
    "import_undo": of("batch", EVERYBODY, post=True, special=dict.fromkeys(ROLES, 404)),
    "orgs:organization_list": listed(),
    "orgs:organization_new": listed(STAFF),
    "orgs:organization_detail": of("organization", READERS),
    "orgs:organization_bulk": Row(STAFF, post=True, ok=404),
    "orgs:organization_edit": of("organization", READERS, STAFF),
    "orgs:organization_propose": of("organization", READERS, {"org_leader"}),
    "orgs:organization_hand_over": of("organization", READERS, STAFF | {"org_leader"}),
    "orgs:organization_document": of("organization", READERS),
    "orgs:duty_new": of("organization", READERS, STAFF | {"org_leader"}),
    "orgs:duty_end": of("duty", READERS, STAFF | {"org_leader"}),
    "orgs:duty_invitation": of("duty", READERS, set()),
    "orgs:honour_new": of("organization", READERS, STAFF),
    "orgs:honour_remove": of("honour", READERS, STAFF, post=True, ok=302),
    "orgs:proposal_detail": of("proposal", READERS),
    "orgs:proposal_accept": of("proposal", READERS, STAFF, post=True, ok=302),
    "orgs:proposal_refuse": of("proposal", READERS, STAFF),
    "orgs:proposal_withdraw": of("proposal", READERS, set(), post=True),
    "orgs:coverage_end": of("coverage", READERS, STAFF),
    "orgs:register_overview": listed(AREA),
    "orgs:organization_map": listed(AREA),
    "orgs:branch_tree": listed(),
    "orgs:duplicate_list": listed(STAFF),
    # A leader sees the one, not the other.
    "orgs:organization_merge": of("organization", AREA, STAFF),
    "orgs:organization_apart": of("organization", AREA, STAFF, post=True, ok=302),
    "orgs:merge_undo": of("merge", STAFF, post=True, ok=302),
    "account_invitation": Row(EVERYBODY, ok=410, nobody=410),
    "orgs:organization_stage": of("organization", READERS, STAFF),
    "orgs:organization_key": of("organization", READERS, COUNTY),
    "orgs:organization_strength": of("organization", READERS, STAFF | {"org_leader"}),
    "orgs:strength_list": listed(),
    "orgs:branch_list": listed(),
    "orgs:branch_new": listed(STAFF),
    "orgs:branch_detail": of("branch", READERS),
    "orgs:branch_edit": of("branch", READERS, STAFF),
    "orgs:branch_cover": of("branch", READERS, STAFF),
    "orgs:venue_list": listed(),
    "orgs:venue_new": listed(STAFF | {"org_leader"}),
    "orgs:venue_detail": of("venue", EVERYBODY, shared=True),
    "orgs:venue_edit": of("venue", EVERYBODY, STAFF, shared=True),
    "orgs:employer_list": listed(),
    "orgs:employer_new": listed(STAFF | {"org_leader"}),
    "orgs:employer_detail": of("employer", EVERYBODY, shared=True),
    "orgs:employer_edit": of("employer", EVERYBODY, STAFF, shared=True),
    "projects:project_list": listed(),
    "projects:project_new": listed(COUNTY),
    "projects:project_detail": of("project", READERS),
    "projects:project_edit": of("project_planned", READERS, COUNTY),
    "projects:project_tranches": of("project_planned", READERS, COUNTY),
    "projects:project_tranche": of("project_planned", READERS, COUNTY),
    "projects:project_reports": of("project_planned", READERS, COUNTY),
    "projects:project_papers": of("project_planned", READERS, COUNTY),
    "projects:project_start": of("project_ready", READERS, COUNTY, post=True, ok=302),
    "projects:project_complete": of("project_finished", READERS, COUNTY),
    "projects:project_terminate": of("project_planned", READERS, COUNTY),
    "projects:project_return": of("project_done", READERS, {"finance"}),
    "projects:project_close": of("project_over", READERS, COUNTY, post=True, ok=302),
    "projects:project_summary": of("project_done", READERS, MONEY),
    "projects:change_new": of("project_finished", READERS, COUNTY | {"org_leader"}),
    "projects:change_approve": of("change", MONEY, COUNTY, post=True, ok=302),
    "projects:change_refuse": of("change", MONEY, COUNTY),
    "projects:application_edit": of("application", {"org_leader"}, {"org_leader"}),
    "projects:application_typed": of("application", {"org_leader"}, {"org_leader"}, post=True, ok=200),
    "projects:application_submit": of("application", {"org_leader"}, {"org_leader"}, post=True, ok=302),
    "projects:application_withdraw": of("application_sent", READERS, {"org_leader"}, post=True, ok=302),
    "projects:application_letter": of("project_decided", READERS, READERS),
    "projects:project_reviewer": of("application_judged", MONEY, COUNTY),
    "projects:paper_file": of("paper", READERS, COUNTY | {"org_leader"}),
    "projects:programme_list": listed(),
    "projects:programme_new": listed(COUNTY),
    "projects:programme_detail": of("programme", MONEY),
    "projects:programme_edit": of("programme_draft", UNION, COUNTY),
    "projects:programme_open": of("programme_draft", UNION, COUNTY, post=True, ok=302),
    "projects:programme_extend": of("programme", MONEY, COUNTY),
    "projects:programme_cancel": of("programme", MONEY, COUNTY),
    "projects:programme_apply": of("programme", MONEY, {"org_leader"}),
    "projects:programme_review": of("programme_closed", MONEY, COUNTY, post=True, ok=302),
    "projects:programme_reviewers": of("programme_judging", MONEY, COUNTY),
    "projects:programme_remind": of("programme_judging", MONEY, COUNTY, post=True, ok=302),
    "projects:programme_decide": of("programme_judged", MONEY, COUNTY),
    "projects:programme_letters": of("programme_decided", MONEY, UNION),
    "projects:review_list": listed(),
    "projects:review_sheet": of("review", COUNTY, set()),
    "projects:review_recuse": of("review", COUNTY, set()),
    "projects:review_drop": of("review", COUNTY, COUNTY),
    "projects:milestone_reach": of("milestone", READERS, COUNTY | {"org_leader"}),
    "projects:milestone_confirm": of("milestone_reached", READERS, COUNTY, post=True, ok=302),
    "projects:milestone_reopen": of("milestone_reached", READERS, COUNTY),
    "projects:report_list": listed(),
    "projects:report_detail": of("report", READERS),
    "projects:report_submit": of("report", READERS, {"org_leader"}),
    "projects:report_accept": of("report_sent", READERS, COUNTY),
    "projects:report_return": of("report_sent", READERS, COUNTY),
    "projects:report_skip": of("report", READERS, COUNTY),
    "projects:disbursement_list": listed(),
    "projects:disbursement_detail": of("disbursement", MONEY),
    "projects:disbursement_request": of("disbursement", MONEY, COUNTY | {"org_leader"}),
    "projects:disbursement_approve": of("disbursement_asked", MONEY, {"finance"}, post=True, ok=302),
    "projects:disbursement_return": of("disbursement_asked", MONEY, {"finance"}),
    "projects:disbursement_pay": of("disbursement_approved", MONEY, {"finance"}),
    "projects:disbursement_cancel": of("disbursement", MONEY, COUNTY),
    "services:contract_list": listed(),
    "services:contract_new": listed(COUNTY),
    "services:contract_detail": of("contract", READERS),
    "services:contract_edit": of("draft", READERS, COUNTY),
    "services:contract_move": of("contract", READERS, COUNTY, query="?to=terminated"),
    "services:contract_amend": of("contract", READERS, COUNTY),
    "services:contract_renew": of("contract", READERS, COUNTY, post=True, ok=302),
    "services:contract_versions": of("contract", READERS, MONEY),
    "services:contract_series": of("contract", READERS, COUNTY | {"org_leader"}),
    "services:contract_document": of("contract", READERS, MONEY),
    "services:document_file": of("document", READERS, COUNTY | {"org_leader"}),
    "services:document_template": of("document", READERS),
    "services:acceptance_new": of("contract", READERS, COUNTY, post=True, ok=302),
    "services:acceptance_detail": of("acceptance", MONEY),
    "services:acceptance_choose": of("acceptance", MONEY, COUNTY),
    "services:acceptance_decide": of("acceptance", MONEY, COUNTY),
    "services:acceptance_cancel": of("acceptance", MONEY, COUNTY),
    "services:acceptance_document": of("acceptance", MONEY),
    # Without saying for which party.
    "services:acceptance_sign": of("decided", MONEY, set(), post=True),
    "services:payment_list": listed(),
    "services:payment_detail": of("payment", MONEY),
    "services:payment_new": of("term", READERS, COUNTY | {"org_leader"}),
    "services:payment_approve": of("payment", MONEY, {"finance"}, post=True, ok=302),
    "services:payment_return": of("payment", MONEY, {"finance"}),
    "services:payment_withdraw": of("payment", MONEY, COUNTY, post=True, ok=302),
    "services:payment_pay": of("approved", MONEY, {"finance"}),
    "services:payment_revise": of("sent_back", MONEY, COUNTY | {"org_leader"}),
    "services:request_list": listed(),
    "services:request_new": listed(STAFF),
    "services:request_detail": of("request", REQUESTS),
    "services:request_accept": of("request", REQUESTS, STAFF, post=True, ok=302),
    "services:request_decline": of("request", REQUESTS, STAFF),
    "services:request_match": of("asked", REQUESTS - {"org_leader"}, COUNTY, post=True, ok=302),
    "services:request_procure": of("request", REQUESTS, COUNTY),
    "services:request_schedule": of("request", REQUESTS, STAFF | {"org_leader"}),
    "services:procurement_list": listed(),
    "services:procurement_new": listed(COUNTY),
    "services:procurement_detail": of("procurement", MONEY),
    "services:procurement_edit": of("procurement_draft", MONEY - {"org_leader"}, COUNTY),
    "services:procurement_open": of("procurement_draft", MONEY - {"org_leader"}, set(), post=True),
    "services:procurement_bid": of("procurement", MONEY, {"org_leader"}),
    "services:procurement_close": of("procurement", MONEY, set(), post=True),
    "services:procurement_score": of("scoring", MONEY, set()),
    "services:procurement_replace": of("scoring", MONEY, COUNTY),
    "services:procurement_decide": of("scoring", MONEY, set()),
    "services:procurement_end": of("procurement", MONEY, COUNTY),
    "services:procurement_document": of("decided_procurement", MONEY),
    "services:bid_detail": of("bid", MONEY),
    "services:bid_withdraw": of("open_bid", {"org_leader"}, {"org_leader"}, post=True, ok=302),
    "services:calendar": listed(),
    "services:feed_list": listed(),
    "services:feed_new": Row(EVERYBODY, post=True, ok=302),
    "services:feed_revoke": of("feed", EVERYBODY, post=True, special=dict.fromkeys(ROLES, 404)),
    "services:session_move": of("planned", READERS, STAFF | {"org_leader"}, post=True, ok=302),
    "calendar_feed": Row(EVERYBODY, ok=404, nobody=404),
    "ask": Row(EVERYBODY, nobody=200),
    "ask_find": Row(EVERYBODY, nobody=200),
    "ask_state": Row(EVERYBODY, nobody=200),
    "ask_rate": Row(EVERYBODY, post=True, ok=302),
    "ask_withdraw": Row(EVERYBODY, post=True, ok=302),
    "services:session_list": listed(),
    "services:session_queue": listed(STAFF),
    "services:session_verify_many": listed(STAFF),
    "services:session_rehearse_plan": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_code_live": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_paper": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_hand": of("session", READERS, STAFF | {"org_leader"}, ok=302),
    "services:session_sign_ins": of("session", READERS, STAFF | {"org_leader"}),
    # What single workers said, and what checks found, is for the union over the session.
    "services:response_list": listed(FEEDBACK),
    "services:follow_up_list": listed(FEEDBACK),
    "services:follow_up_detail": of("follow_up", FEEDBACK),
    "services:follow_up_assign": of("follow_up", FEEDBACK, STAFF, post=True, ok=302),
    "services:finding_list": listed(FEEDBACK),
    "services:finding_rates": listed(FEEDBACK),
    "services:finding_detail": of("finding", FEEDBACK),
    "services:call_out_list": listed(FEEDBACK | {"org_leader"}),
    # Without saying which team.
    "services:call_out_start": Row(STAFF | {"org_leader"}, post=True, ok=422),
    "services:call_out_finish": of("call_out", READERS, STAFF | {"org_leader"}),
    "services:call_out_cancel": of("call_out", READERS, STAFF | {"org_leader"}),
    "services:session_new": listed(STAFF | {"org_leader"}),
    "services:session_detail": of("session", READERS),
    "services:session_edit": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_report": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_rehearse": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_cancel": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_delete": of("session", READERS, COUNTY),
    "services:session_code": of("session", READERS, STAFF | {"org_leader"}),
    "services:session_return": of("reported", READERS, STAFF),
    "services:session_verify": of("reported", READERS, STAFF, post=True, ok=302),
    "mediation:case_list": listed(),
    "mediation:case_new": listed(HANDLERS),
    "mediation:case_detail": of("case", CASES),
    "mediation:case_edit": of("case", CASES, HANDLERS),
    "mediation:reception_list": listed(),
    "mediation:reception_new": listed(HANDLERS),
    "mediation:reception_edit": of("reception", CASES, HANDLERS),
    "mediation:studio_list": listed(),
    "mediation:studio_new": listed({"mediation_supervisor"}),
    "mediation:studio_detail": of("studio", CASES),
    "mediation:studio_edit": of("studio", CASES, {"mediation_supervisor"}),
}
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
            contract=payable,
            status="approved",
            approved_by=factories.UserFactory(),
            approved_at=timezone.now(),
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
        **making.records(organization, area_id),
        "contract": contract,
        "draft": factories.ContractFactory(organization=organization, status="draft", signed_on=None),
        "session": factories.SessionFactory(**bought),
        "reported": factories.SessionFactory(reported=True, **bought),
        "studio": studio,
        "case": factories.CaseFactory(studio=studio),
        "reception": factories.ReceptionFactory(studio=studio),
        "batch": ImportBatch.objects.create(
            by=factories.UserFactory(), register="organizations", file_name="别人的.xlsx"
        ),
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
        "strength": factories.StrengthFactory(organization=organization),
    }


@pytest.fixture
def world(db: None) -> dict[str, Any]:
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
    return {"own": records(organization, factories.DANDONG, studio), "foreign": foreign, "users": users}


def restore(things: dict[str, Any]) -> None:
    """What a role's deed changed is as it was before the next role tries."""
    ProfileProposal.objects.update(status="waiting", decided_by=None, decided_at=None)
    OrganizationMerge.objects.update(undone_at=None)
    things["duplicate"].merged_into = things["organization"]
    things["duplicate"].save()
    Payment.objects.filter(pk=things["payment"].pk).update(status="requested", approved_by=None, approved_at=None)
    AcceptanceSignature.objects.all().delete()
    ServiceRequest.objects.filter(pk=things["request"].pk).update(
        status="matched", contract_line=things["draft_line"], answer=""
    )
    ServiceContract.objects.filter(renews__isnull=False).update(status="terminated", signed_on=date(2020, 1, 1))
    things["contract"].acceptances.update(status="cancelled")
    things["open_bid"].procurement.bids.update(withdrawn_at=None)
    for name, status in (("application", "draft"), ("application_sent", "submitted"), ("programme_draft", "draft")):
        type(things[name]).objects.filter(pk=things[name].pk).update(status=status)
    honour = things["honour"]
    if not Honour.objects.filter(pk=honour.pk).exists():
        honour.save(force_insert=True)


def address(name: str, row: Row, things: dict[str, Any]) -> str:
    args: list[Any] = [things[row.record].pk] if row.record else []
    if row.record == "attachment":
        args = [things["attachment"].key]
    if name in ("orgs:organization_merge", "orgs:organization_apart"):
        args = [things["organization"].pk, things["twin"].pk]
    if name.endswith(("_document", "_letter", "_summary")):
        args.append("pdf")
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
    return reverse(name, args=args) + row.query


def test_every_url_has_a_row() -> None:
    missing = [name for name, _ in ALL if not name.startswith(ADMIN) and name not in TABLE]
    gone = [name for name in TABLE if name not in {name for name, _ in ALL}]
    assert not missing, "write down who may open these"
    assert not gone, "these are no longer URLs"


@pytest.mark.parametrize("name", sorted(TABLE))
def test_access_is_as_written(world: dict[str, Any], name: str) -> None:
    row = TABLE[name]
    wrong = []
    for whose in ("own", "foreign") if row.record else ("own",):
        url = address(name, row, world[whose])
        for role in ROLES:
            client = Client()
            client.force_login(world["users"][role], backend="xiangshan.accounts.backends.UsernameOrPhoneBackend")
            if row.post:
                Attachment.objects.update(removed_at=None)
                restore(world[whose])
                factories.ActivitySession.objects.filter(status="verified").update(
                    status="submitted", verified_by=None, verified_at=None, line_unit=None
                )
            response = (client.post if row.post else client.get)(url)
            seen = response.status_code
            if response.streaming:
                b"".join(response.streaming_content)  # the client closes it at its end
            if seen != row.expected(role, whose == "foreign"):
                wrong.append(f"{role} on {whose} {url}: {seen}, written {row.expected(role, whose == 'foreign')}")
        seen = (Client().post if row.post else Client().get)(url).status_code
        if seen != row.nobody:
            wrong.append(f"nobody on {whose} {url}: {seen}, written {row.nobody}")
    assert not wrong, "\n".join(wrong)


def test_the_admin_is_the_administrators(world: dict[str, Any]) -> None:
    """Every page of the admin that needs no record; the others stand behind the same door."""
    simple = [
        name for name, pattern in ALL if name.startswith(ADMIN) and pattern.name and not pattern.pattern.regex.groups
    ]
    simple = [
        name for name in simple if name not in ("admin:login", "admin:logout", "admin:autocomplete", "admin:jsi18n")
    ]
    assert len(simple) > 8
    for role, user in world["users"].items():
        client = Client()
        client.force_login(user, backend="xiangshan.accounts.backends.UsernameOrPhoneBackend")
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
    shared = {"orgs:venue_list", "orgs:employer_list"}
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
        )
    ]
    for role, user in world["users"].items():
        client = Client()
        client.force_login(user, backend="xiangshan.accounts.backends.UsernameOrPhoneBackend")
        filters = f"?organization={foreign['organization'].pk}&studio={foreign['studio'].pk}&area={factories.ELSEWHERE}&totals=1"
        for query in ("", filters):
            body = client.get(reverse(name) + query).content.decode()
            if name not in shared:
                assert not [word for word in secret if word in body], f"{role} reads foreign records in {name}{query}"


def test_a_foreign_dashboard_is_not_found(world: dict[str, Any]) -> None:
    foreign = world["foreign"]
    for role in FIGURES:
        client = Client()
        client.force_login(world["users"][role], backend="xiangshan.accounts.backends.UsernameOrPhoneBackend")
        for query in (
            f"area={factories.ELSEWHERE}",
            f"organization={foreign['organization'].pk}",
            f"studio={foreign['studio'].pk}",
        ):
            assert client.get(reverse("dashboard") + "?" + query).status_code == 404, f"{role} {query}"


def test_who_may_not_see_the_rows_does_not_read_the_figure(world: dict[str, Any]) -> None:
    """A town works without contracts' money; cases are for those who see cases."""
    for role, user in world["users"].items():
        client = Client()
        client.force_login(user, backend="xiangshan.accounts.backends.UsernameOrPhoneBackend")
        money = client.get("/dashboard/figures/contract_amount/").status_code
        cases = client.get("/dashboard/figures/cases_received/").status_code
        body = client.get("/dashboard/").content.decode()
        assert (money == 200) is (role in READERS - {"town_staff"}), role
        assert (cases == 200) is (role in CASES), role
        assert ('data-figure="contract_amount"' in body) is (money == 200), role
        assert ('data-figure="cases_received"' in body) is (cases == 200), role
