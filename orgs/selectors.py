"""What pages of organizations need and no queryset returns: comparisons, possible duplicates, the register on a day."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from orgs.actions import merging
from orgs.duplicates import ComparedOrganization, pairs, place_names
from orgs.models import (
    BranchCoverage,
    DistinctOrganizations,
    ProfileProposal,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    UnionBranch,
)
from orgs.rules import STAFF
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, county_of, town_of, within
from xiangshan.core.querysets import in_force

PAIRS_SHOWN = 100


def proposal_lines(proposal: ProfileProposal) -> list[tuple[str, str, str]]:
    """(label, as it was, as it is asked to be) of a proposal."""
    fields = {field.name: field for field in SocialOrganization._meta.fields}
    return [
        (str(fields[name].verbose_name), before or "", after or "") for name, (before, after) in proposal.values.items()
    ]


def possible_duplicates(user: User) -> list[tuple[SocialOrganization, SocialOrganization, str]]:
    """Pairs among the organizations a user works with, but those somebody found to be two."""
    mine = SocialOrganization.objects.visible_to(user).filter(within(user.scope(*STAFF)))
    known = [
        ComparedOrganization(pk, name, area_id, code, phone)
        for pk, name, area_id, code, phone in mine.values_list("pk", "name", "area_id", "credit_code", "phone")
    ]
    ignored = DistinctOrganizations.objects.filter(first__in=mine).values_list("first_id", "second_id")
    items = []
    counties = {county_of(organization.area) for organization in known}
    places = place_names(name for county in counties for name in Area.objects.above(county))
    for pair in pairs(known, ignored, places):
        items.append(pair)
        if len(items) == PAIRS_SHOWN:
            break
    organizations = SocialOrganization.objects.select_related("area").in_bulk(
        {pk for first, second, _ in items for pk in (first, second)}
    )
    return [(organizations[first], organizations[second], why) for first, second, why in items]


def compared(
    kept: SocialOrganization, merged: SocialOrganization
) -> tuple[list[tuple[str, str, str, str]], list[tuple[str, int, int]]]:
    """Fields that differ (name, label, here, there), and how many records of each kind either has."""
    fields = []
    for name in merging.TAKEABLE:
        here, there = (_shown(item, name) for item in (kept, merged))
        if here != there:
            fields.append((name, str(SocialOrganization._meta.get_field(name).verbose_name), here, there))  # type: ignore[union-attr]
    records = [
        (
            str(model._meta.verbose_name),
            model._default_manager.filter(**{field: kept}).count(),
            model._default_manager.filter(**{field: merged}).count(),
        )
        for model, field in merging.belongings()
    ]
    return fields, [record for record in records if record[1] or record[2]]


def _shown(organization: SocialOrganization, name: str) -> str:
    display = getattr(organization, f"get_{name}_display", None)
    value = display() if display else getattr(organization, name)
    return "" if value is None else str(value)


# The register on a day -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TownLine:
    """A town on a day: organizations linked, covered by any mode, and by each."""

    area: Area
    linked: int
    covered: int
    by_mode: dict[str, int]

    @property
    def rate(self) -> float | None:
        return self.covered / self.linked if self.linked else None

    @property
    def modes(self) -> list[int]:
        return [self.by_mode.get(mode, 0) for mode in UnionBranch.Mode.values]


@dataclass(frozen=True)
class OrganizationOverview:
    """The organizations of some areas on a day."""

    on: date
    stages: list[tuple[str, str, int]]  # code, words, how many
    towns: list[TownLine]
    total: TownLine
    incubated: int
    formal_members: int
    volunteers: int
    union_members: int


def register_on(user: User, day: date, area: Area) -> OrganizationOverview:
    """The funnel, coverage by town and mode, and strength, on any day, from the spans that held on it."""
    mine = SocialOrganization.objects.visible_to(user).filter(within(area.pk))
    towns: dict[int, int] = {}
    origin: dict[int, str] = {}
    for pk, area_id, came in mine.values_list("pk", "area_id", "origin"):
        towns[pk] = town_of(area_id)
        origin[pk] = came
    stages = dict(
        StageSpan.objects.filter(in_force(day), organization__in=mine).values_list("organization_id", "stage")
    )
    modes: dict[int, set[str]] = defaultdict(set)
    covering = BranchCoverage.objects.filter(
        in_force(day), in_force(day, "branch__established_on", "branch__dissolved_on"), organization__in=mine
    )
    for pk, mode in covering.values_list("organization_id", "branch__mode"):
        modes[pk].add(mode)
    linked = {pk for pk, stage in stages.items() if stage in SocialOrganization.LINKED}
    lines = _town_lines(linked, modes, towns, area)
    funnel = Counter(stages.values())
    strength = StrengthReport.objects.filter(organization__in=mine).newest_on(day).totals()
    return OrganizationOverview(
        on=day,
        stages=[(code, str(label), funnel[code]) for code, label in SocialOrganization.Stage.choices],
        towns=lines,
        total=_line(area, linked, modes),
        incubated=sum(origin[pk] == SocialOrganization.Origin.INCUBATED for pk in linked),
        **strength,
    )


def _town_lines(linked: set[int], modes: dict[int, set[str]], towns: dict[int, int], area: Area) -> list[TownLine]:
    by_town: dict[int, set[int]] = defaultdict(set)
    for pk in linked:
        by_town[towns[pk]].add(pk)
    level = Q(level=Area.Level.TOWN) | Q(pk__in=by_town)
    return [
        _line(town, by_town[town.pk], modes)
        for town in Area.objects.filter(within(area.pk, "pk") & level).order_by("pk")
    ]


def _line(area: Area, linked: set[int], modes: dict[int, set[str]]) -> TownLine:
    covered = [modes[pk] for pk in linked if pk in modes]
    return TownLine(area, len(linked), len(covered), dict(Counter(mode for result in covered for mode in result)))


# The unions as a tree ------------------------------------------------------------------------------------------------


@dataclass
class Node:
    """A union with those right below it."""

    branch: UnionBranch
    children: list["Node"]

    @property
    def total(self) -> int:
        """How many unions stand below it, at any depth."""
        return sum(1 + child.total for child in self.children)


def tree(branches: Any) -> list[Node]:
    """Roots are those without a parent among what the reader sees; in the order given."""
    nodes = {branch.pk: Node(branch, []) for branch in branches}
    roots: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.branch.parent_id)
        (parent.children if parent else roots).append(node)
    return roots
