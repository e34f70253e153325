"""Where figures come from: each source says which rows count, on which day, for which scopes, and what is added up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from mediation.models import MediationCase, Reception, Studio
from orgs.models import BranchCoverage, KeySupport, SocialOrganization, StageSpan, StrengthReport, UnionBranch
from projects.models import Disbursement, SupportProject
from services.models import ActivitySession, ContractLine, FollowUp, Payment, ServiceContract, ServiceRequest
from xiangshan.metrics.models import VALUES, Kind
from xiangshan.metrics.source_rows import STANDING, covered_from, covered_to, due, fen, lines_of, quota


@dataclass(frozen=True)
class ScopePath:
    """How a row is assigned to a scope: the path to its id, and a filter by ids that an index can serve."""

    path: str
    having: Callable[[set[int]], Q]

    @classmethod
    def at(cls, path: str) -> "ScopePath":
        return cls(path, lambda ids: Q(**{f"{path}__in": ids}))


@dataclass(frozen=True)
class Source:
    """A kind of fact that figures count. `measures` fill value_1 ... value_8 of a cell, in their order: a ninth needs a column more."""

    number: int
    rows: Callable[[], QuerySet[Any]]
    day: str
    place: str
    measures: Mapping[str, Any]
    # What changes it: model -> path from a row of the source to that model.
    watches: Mapping[Any, str]
    scopes: Mapping[Kind, ScopePath] = field(default_factory=dict)
    split: str = ""
    evidence: str = ""

    def __post_init__(self) -> None:
        if len(self.measures) > len(VALUES):
            raise TypeError(
                f"source {self.number}: {len(self.measures)} measures; a cell holds {len(VALUES)} (models/cells.py)"
            )

    @property
    def all_scopes(self) -> dict[Kind, ScopePath]:
        return {Kind.PLACE: ScopePath.at(self.place), **self.scopes}

    def sums(self) -> dict[str, Any]:
        """What is added up, by the names a query gives it: c_value_1 ... c_value_8."""
        sums = [expression() if callable(expression) else expression for expression in self.measures.values()]
        sums += [Value(0, IntegerField())] * (len(VALUES) - len(sums))
        return {f"c_{name}": sum_ for name, sum_ in zip(VALUES, sums, strict=True)}

    def column(self, measure: str) -> int:
        """The place of a measure among value_1 ... value_8, from 0."""
        return list(self.measures).index(measure)


verified = Q(status="verified")
OF_ORGANIZATION = {Kind.ORGANIZATION: ScopePath.at("organization")}
LINKED_MEASURES = {"linked": Count("pk"), "incubated": Count("pk", filter=Q(organization__origin="incubated"))}
BRANCH_MEASURES = {mode: Count("pk", filter=Q(mode=mode)) for mode in ("single", "joint", "area")}
CONTRACT_SCOPES = {Kind.ORGANIZATION: ScopePath.at("organization"), Kind.CONTRACT: ScopePath.at("pk")}
CONTRACT_WATCHES = {ServiceContract: "pk", ContractLine: "lines", SocialOrganization: "organization"}

SESSIONS = Source(
    number=1,
    rows=lambda: ActivitySession.objects.exclude(status__in=ActivitySession.VOID),
    day="held_on",
    place="area",
    scopes={
        Kind.ORGANIZATION: ScopePath.at("organization"),
        Kind.CONTRACT: ScopePath("contract_line__contract", lines_of),
    },
    split="category",
    evidence="evidence",
    measures={
        "verified": lambda: Count("pk", filter=verified),
        "workers": lambda: Coalesce(Sum("workers_served", filter=verified), 0),
        "responses": lambda: Coalesce(Sum("responses", filter=verified), 0),
        "satisfied": lambda: Coalesce(Sum("satisfied", filter=verified), 0),
        "pending": lambda: Count("pk", filter=Q(status__in=ActivitySession.PENDING)),
        "due": lambda: Count("pk", filter=due()),
        "in_time": lambda: Count("pk", filter=Q(reported_in_time=True)),
        "bought": lambda: Count("pk", filter=verified & Q(contract_line__isnull=False)),
    },
    watches={ActivitySession: "pk"},
)
CONTRACTS_FROM = Source(
    number=2,
    rows=lambda: ServiceContract.objects.binding(),
    day="starts_on",
    place="organization__area",
    scopes=CONTRACT_SCOPES,
    measures={"contracts": Count("pk"), "quota": quota()},
    watches=CONTRACT_WATCHES,
)
CONTRACTS_TO = Source(
    number=3,
    rows=lambda: ServiceContract.objects.binding(),
    day="ends_on",
    place="organization__area",
    scopes=CONTRACT_SCOPES,
    measures={"contracts": Count("pk"), "quota": quota()},
    watches=CONTRACT_WATCHES,
)
CONTRACTS_SIGNED = Source(
    number=4,
    rows=lambda: ServiceContract.objects.binding(),
    day="signed_on",
    place="organization__area",
    scopes=CONTRACT_SCOPES,
    measures={"contracts": Count("pk"), "amount": fen("amount")},
    watches={ServiceContract: "pk", SocialOrganization: "organization"},
)
LINKED_FROM = Source(
    number=5,
    rows=lambda: StageSpan.objects.filter(STANDING, stage__in=SocialOrganization.LINKED),
    day="starts_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures=LINKED_MEASURES,
    watches={StageSpan: "pk", SocialOrganization: "organization"},
)
LINKED_TO = Source(
    number=6,
    rows=lambda: StageSpan.objects.filter(STANDING, stage__in=SocialOrganization.LINKED, ends_on__isnull=False),
    day="ends_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures=LINKED_MEASURES,
    watches={StageSpan: "pk", SocialOrganization: "organization"},
)
KEY_FROM = Source(
    number=7,
    rows=lambda: KeySupport.objects.filter(STANDING),
    day="starts_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"key": Count("pk")},
    watches={KeySupport: "pk", SocialOrganization: "organization"},
)
KEY_TO = Source(
    number=8,
    rows=lambda: KeySupport.objects.filter(STANDING),
    day="ends_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"key": Count("pk")},
    watches={KeySupport: "pk", SocialOrganization: "organization"},
)
COVERED_FROM = Source(
    number=9,
    rows=covered_from,
    day="starts_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"covered": Count("pk")},
    watches={BranchCoverage: "organization__coverages", SocialOrganization: "organization"},
)
COVERED_TO = Source(
    number=10,
    rows=covered_to,
    day="ends_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"covered": Count("pk")},
    watches={BranchCoverage: "organization__coverages", SocialOrganization: "organization"},
)
BRANCHES_FROM = Source(
    number=11,
    rows=lambda: UnionBranch.objects.all(),
    day="established_on",
    place="area",
    measures=BRANCH_MEASURES,
    watches={UnionBranch: "pk"},
)
BRANCHES_TO = Source(
    number=12,
    rows=lambda: UnionBranch.objects.filter(dissolved_on__isnull=False),
    day="dissolved_on",
    place="area",
    measures=BRANCH_MEASURES,
    watches={UnionBranch: "pk"},
)
STRENGTH = Source(
    number=13,
    rows=lambda: StrengthReport.objects.filter(STANDING).with_growth().order_by(),
    day="as_of",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={
        **{name: Sum(f"{name}_growth") for name in ("formal_members", "volunteers", "union_members")},
        "reports": Count("pk"),
    },
    watches={StrengthReport: "organization__strength_reports", SocialOrganization: "organization"},
)
CASES_RECEIVED = Source(
    number=14,
    rows=lambda: MediationCase.objects.all(),
    day="received_on",
    place="area",
    scopes={Kind.STUDIO: ScopePath.at("studio")},
    measures={"cases": Count("pk"), "people": Sum("people_received"), "involved": fen("amount_involved")},
    watches={MediationCase: "pk"},
)
CASES_CLOSED = Source(
    number=15,
    rows=lambda: MediationCase.objects.filter(closed_on__isnull=False),
    day="closed_on",
    place="area",
    scopes={Kind.STUDIO: ScopePath.at("studio")},
    measures={
        "closed": Count("pk"),
        "agreed": Count("pk", filter=Q(outcome="agreed")),
        "failed": Count("pk", filter=Q(outcome="failed")),
        "recovered": fen("amount_paid"),
        "accepted": Count("pk", filter=Q(accepted_on__isnull=False)),
        "on_time": lambda: Count("pk", filter=Q(pk__in=MediationCase.objects.concluded_on_time().values("pk"))),
    },
    watches={MediationCase: "pk"},
)
RESPONSES = Source(
    number=16,
    rows=lambda: MediationCase.objects.filter(response_minutes__isnull=False),
    day="received_on",
    place="area",
    scopes={Kind.STUDIO: ScopePath.at("studio")},
    split="response_minutes",
    measures={"cases": Count("pk")},
    watches={MediationCase: "pk"},
)
RECEPTIONS = Source(
    number=17,
    rows=lambda: Reception.objects.all(),
    day="received_on",
    place="studio__area",
    scopes={Kind.STUDIO: ScopePath.at("studio")},
    measures={"people": Sum("people")},
    watches={Reception: "pk", Studio: "studio"},
)
PAYMENTS = Source(
    number=18,
    rows=lambda: Payment.objects.paid(),
    day="paid_on",
    place="contract__organization__area",
    scopes={Kind.ORGANIZATION: ScopePath.at("contract__organization"), Kind.CONTRACT: ScopePath.at("contract")},
    measures={"payments": Count("pk"), "paid": fen("amount")},
    watches={Payment: "pk", ServiceContract: "contract", SocialOrganization: "contract__organization"},
)
REQUESTS = Source(
    number=19,
    rows=lambda: ServiceRequest.objects.counted(),
    day="asked_on",
    place="area",
    measures={"requests": Count("pk"), "met": Count("pk", filter=Q(session__status="verified"))},
    watches={ServiceRequest: "pk", ActivitySession: "session"},
)

FOLLOW_UPS = Source(
    number=20,
    rows=lambda: FollowUp.objects.counted(),
    day="session__held_on",
    place="session__area",
    scopes={Kind.ORGANIZATION: ScopePath.at("session__organization")},
    measures={"low": Count("pk"), "closed": Count("pk", filter=~Q(outcome="open"))},
    watches={FollowUp: "pk", ActivitySession: "session"},
)

PROJECT_WATCHES = {SupportProject: "pk", SocialOrganization: "organization"}
PROJECTS_FROM = Source(
    number=21,
    rows=lambda: SupportProject.objects.started(),
    day="starts_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"projects": Count("pk")},
    watches=PROJECT_WATCHES,
)
PROJECTS_TO = Source(
    number=22,
    rows=lambda: SupportProject.objects.started(),
    day="ends_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"projects": Count("pk")},
    watches=PROJECT_WATCHES,
)
PROJECTS_DECIDED = Source(
    number=23,
    rows=lambda: SupportProject.objects.granted(),
    day="decided_on",
    place="organization__area",
    scopes=OF_ORGANIZATION,
    measures={"projects": Count("pk"), "granted": fen("granted_amount")},
    watches=PROJECT_WATCHES,
)
DISBURSED = Source(
    number=24,
    rows=lambda: Disbursement.objects.filter(status=Disbursement.Status.PAID),
    day="paid_on",
    place="project__organization__area",
    scopes={Kind.ORGANIZATION: ScopePath.at("project__organization")},
    measures={"disbursements": Count("pk"), "paid": fen("amount")},
    watches={Disbursement: "pk", SupportProject: "project", SocialOrganization: "project__organization"},
)

SOURCES = [
    SESSIONS,
    CONTRACTS_FROM,
    CONTRACTS_TO,
    CONTRACTS_SIGNED,
    LINKED_FROM,
    LINKED_TO,
    KEY_FROM,
    KEY_TO,
    COVERED_FROM,
    COVERED_TO,
    BRANCHES_FROM,
    BRANCHES_TO,
    STRENGTH,
    CASES_RECEIVED,
    CASES_CLOSED,
    RESPONSES,
    RECEPTIONS,
    PAYMENTS,
    REQUESTS,
    FOLLOW_UPS,
    PROJECTS_FROM,
    PROJECTS_TO,
    PROJECTS_DECIDED,
    DISBURSED,
]
BY_NUMBER = {source.number: source for source in SOURCES}
