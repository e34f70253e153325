"""What may be read: every list, count, export and search begins with visible_to."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within

# Roles that see the organizations, contracts and sessions of their area.
AREA_READERS = (
    Role.COUNTY_STAFF,
    Role.TOWN_STAFF,
    Role.LEADERSHIP,
    Role.AUDITOR,
    Role.FINANCE,
    Role.MEDIATION_SUPERVISOR,
)
# Town staff work with organizations and their sessions, not with the union's money (4-access).
MONEY_AREA_READERS = tuple(role for role in AREA_READERS if role != Role.TOWN_STAFF)


def shown_name(prefix: str = "") -> Case:
    """The name an organization goes by, as str() says it."""
    full, short = f"{prefix}name", f"{prefix}short_name"
    return Case(When(**{short: ""}, then=F(full)), default=F(short), output_field=CharField())


def area_words(prefix: str = "area__") -> Case:
    """A town by its name, a community after the name of its town: what forms offer and files say."""
    name = F(f"{prefix}name")
    full = Concat(F(f"{prefix}parent__name"), Value(" · "), name)
    return Case(When(**{f"{prefix}level": 5}, then=full), default=name, output_field=CharField())


def in_force(day: date, starts: str = "starts_on", ends: str = "ends_on") -> Q:
    """Spans that hold on a day: from `starts` until the day before `ends`."""
    return Q(**{f"{starts}__lte": day}) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day}))


def named(q: str) -> Q:
    """Part of a name, or of its pinyin initials."""
    return Q(name__icontains=q) | Q(initials__contains=q.lower())


class OrganizationQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "OrganizationQuerySet":
        if not user.is_authenticated:
            return self.none()
        seen = within(user.scope(*AREA_READERS)) | Q(pk__in=user.scope(Role.ORG_LEADER))
        return self.filter(seen, merged_into__isnull=True)

    def matching(
        self, *, q: str = "", stage: str = "", legal_form: str = "", origin: str = "", area: Any = None
    ) -> "OrganizationQuerySet":
        found = self.named(q) if q else self
        found = found.filter(stage=stage) if stage else found
        found = found.filter(legal_form=legal_form) if legal_form else found
        found = found.filter(origin=origin) if origin else found
        return found.filter(within(area.pk)) if area else found

    def named(self, q: str) -> "OrganizationQuerySet":
        """By part of its name, its pinyin initials (象山雄鹰: xsxy) or its credit code."""
        return self.filter(
            Q(name__icontains=q)
            | Q(short_name__icontains=q)
            | Q(initials__contains=q.lower())
            | Q(credit_code=q.upper())
        )

    def linked_on(self, day: date) -> "OrganizationQuerySet":
        """Those the union was in touch with on a day: the rows behind orgs_linked."""
        from orgs.models import StageSpan

        spans = StageSpan.objects.filter(in_force(day), organization=OuterRef("pk"), stage__in=self.model.LINKED)
        return self.filter(Exists(spans))

    def covered_on(self, day: date) -> "OrganizationQuerySet":
        """Those some union branch covered on a day, whatever its mode: the numerator of coverage_rate."""
        from orgs.models import BranchCoverage

        return self.filter(Exists(BranchCoverage.objects.filter(in_force(day), organization=OuterRef("pk"))))

    def key_on(self, day: date) -> "OrganizationQuerySet":
        from orgs.models import KeySupport

        return self.filter(Exists(KeySupport.objects.filter(in_force(day), organization=OuterRef("pk"))))

    def licence_expiring(self, until: date) -> "OrganizationQuerySet":
        """Whose registration runs out by a day, or has run out; one that left renews nothing."""
        return (
            self.filter(licence_expires_on__lte=until, merged_into__isnull=True)
            .exclude(stage="left")
            .order_by("licence_expires_on", "pk")
        )

    def incubated(self) -> "OrganizationQuerySet":
        return self.filter(origin=self.model.Origin.INCUBATED)

    def for_list(self) -> "OrganizationQuerySet":
        return self.select_related("area").order_by("area", "name", "pk")


class ThroughOrganization(models.QuerySet[Any]):
    """Records that belong to an organization are seen by whoever sees it."""

    def visible_to(self, user: User) -> Self:
        from orgs.models import SocialOrganization

        if not user.is_authenticated:
            return self.none()
        return self.filter(organization__in=SocialOrganization.objects.visible_to(user))


class ProposalQuerySet(ThroughOrganization):
    def waiting(self) -> "ProposalQuerySet":
        return self.filter(status="waiting").select_related("organization", "proposed_by").order_by("pk")


class MergeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "MergeQuerySet":
        """Union staff over the organization that was kept."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(Role.COUNTY_STAFF, Role.TOWN_STAFF), "kept__area"))


class StrengthReportQuerySet(ThroughOrganization):
    model: Any

    def newest_on(self, day: date) -> "StrengthReportQuerySet":
        """The newest report of each organization on a day: the rows behind formal_members, volunteers, union_members."""
        newest = (
            self.model.objects.filter(organization=OuterRef("organization"), as_of__lte=day)
            .order_by("-as_of")
            .values("pk")
        )
        return self.filter(pk=Subquery(newest[:1]))

    def with_growth(self) -> "StrengthReportQuerySet":
        """Adds by how much each number differs from the report before."""
        before = self.model.objects.filter(organization=OuterRef("organization"), as_of__lt=OuterRef("as_of")).order_by(
            "-as_of"
        )
        return self.annotate(
            **{
                f"{name}_growth": F(name) - Coalesce(Subquery(before.values(name)[:1]), 0)
                for name in ("formal_members", "volunteers", "union_members")
            }
        )

    def totals(self) -> dict[str, int]:
        """What a list adds up to: the same numbers as the figures."""
        names = ("formal_members", "volunteers", "union_members")
        return self.order_by().aggregate(**{name: models.Sum(name, default=0) for name in names})

    def for_list(self) -> "StrengthReportQuerySet":
        return self.select_related("organization__area").order_by("-as_of", "-pk")


class BranchQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "BranchQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            within(user.scope(*AREA_READERS))
            | Q(pk__in=self.model.objects.filter(coverages__organization__in=user.scope(Role.ORG_LEADER)).values("pk"))
        )

    def matching(self, *, q: str = "", mode: str = "", area: Any = None) -> "BranchQuerySet":
        found = self.filter(named(q)) if q else self
        found = found.filter(mode=mode) if mode else found
        return found.filter(within(area.pk)) if area else found

    def existing_on(self, day: date) -> "BranchQuerySet":
        """Established by and not dissolved on a day: the rows behind branches_single, _joint and _area."""
        return self.filter(in_force(day, "established_on", "dissolved_on"))

    def elections_due(self, until: date) -> "BranchQuerySet":
        """Whose term ends by a day, or has ended; a dissolved branch elects nobody."""
        return self.filter(elections_due_on__lte=until, dissolved_on__isnull=True).order_by("elections_due_on", "pk")

    def with_covered(self) -> "BranchQuerySet":
        """Adds how many organizations each covers today."""
        return self.annotate(
            covered=models.Count(
                "coverages", filter=in_force(timezone.localdate(), "coverages__starts_on", "coverages__ends_on")
            )
        )


class PlaceQuerySet(models.QuerySet[Any]):
    """Venues and employers: registers everybody who logs in shares."""

    def visible_to(self, user: User) -> "PlaceQuerySet":
        return self.all() if user.is_authenticated else self.none()

    def matching(self, *, q: str = "", kind: str = "", area: Any = None) -> "PlaceQuerySet":
        found = self.filter(named(q)) if q else self
        found = found.filter(kind=kind) if kind else found
        return found.filter(within(area.pk)) if area else found

    def for_list(self) -> "PlaceQuerySet":
        return self.select_related("area").order_by("area", "name", "pk")
