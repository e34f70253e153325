"""The areas of a county as the State has them now: what is new, what has another name or code, what there is no more.

Codes of townships and villages change every year (国家统计局《统计用区划代码》, GB/T 10114). Nothing that hangs on an old code is lost.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from xiangshan.core.accounts.models import Post, Role
from xiangshan.core.areas.models import Area, county_code, is_county, within
from xiangshan.core.numbering import NumberSequence
from xiangshan.core.records import writing

VERB = "行政区划变更"


@dataclass(frozen=True)
class AreaRow:
    """One area as a list of the State names it."""

    code: str
    name: str
    level: int
    parent: str = ""

    @property
    def id(self) -> int:
        return Area.id_of(self.code)


@dataclass
class AreaUpdate:
    """What an update comes to."""

    added: list[AreaRow] = field(default_factory=list)
    renamed: list[tuple[str, AreaRow]] = field(default_factory=list)
    moved: list[tuple[Area, AreaRow]] = field(default_factory=list)  # the same place under another code
    closed: list[Area] = field(default_factory=list)  # no such place any more: kept, not offered

    def __str__(self) -> str:
        return f"新增 {len(self.added)}，改名 {len(self.renamed)}，换码 {len(self.moved)}，撤销 {len(self.closed)}"


def compare(rows: Iterable[AreaRow], county_id: int) -> AreaUpdate:
    """A place that is gone and one of the same name and level that is new, under the same parent or alone in the county, are one."""
    wanted = {row.id: row for row in rows}
    known = {
        area.pk: area
        for area in Area.objects.filter(Q(pk__in=wanted) | within(county_id, "pk")).select_related("parent")
    }
    result = AreaUpdate()
    new: dict[tuple[int, str], list[AreaRow]] = defaultdict(list)
    for pk, row in wanted.items():
        if pk not in known:
            result.added.append(row)
            new[row.level, row.name].append(row)
        elif known[pk].name != row.name or not known[pk].is_current:
            result.renamed.append((known[pk].name, row))
    for pk, area in sorted(known.items()):
        if pk in wanted or not area.is_current:
            continue
        if successor := _successor(area, new[area.level, area.name], wanted):
            result.moved.append((area, successor))
        else:
            result.closed.append(area)
    return result


def _successor(area: Area, candidates: list[AreaRow], wanted: dict[int, AreaRow]) -> AreaRow | None:
    if len(candidates) > 1 and area.parent is not None:
        candidates = [row for row in candidates if wanted[Area.id_of(row.parent)].name == area.parent.name]
    return candidates[0] if len(candidates) == 1 else None


@transaction.atomic
def update(rows: Iterable[AreaRow], county_id: int) -> AreaUpdate:
    """Brings the county's areas to the list; running it again changes nothing. Whoever calls it counts the figures anew."""
    rows = sorted(rows, key=lambda row: (row.level, row.code))
    result = compare(rows, county_id)
    Area.objects.bulk_create(
        [
            Area(
                id=row.id,
                code=row.code,
                name=row.name,
                level=row.level,
                parent_id=Area.id_of(row.parent) if row.parent else None,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "level", "parent_id", "is_current"],
    )
    for area, row in result.moved:
        _move(area, row)
    gone = [area.pk for area in [*result.closed, *(area for area, _ in result.moved)]]
    Area.objects.filter(pk__in=gone).update(is_current=False)
    return result


def _move(area: Area, row: AreaRow) -> None:
    """Everything that lies in an area lies in its successor from now on, with a line of history each."""
    reason = f"{VERB}：{area.name} {area.code} → {row.code}"
    for relation in Area._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        keys = list(model._base_manager.filter(**{name: area.pk}).order_by("pk").values_list("pk", flat=True))
        if not keys or model is Area:
            continue
        with writing(model, keys, by=None, reason=reason):
            model._base_manager.filter(pk__in=keys).update(**{name: row.id})
    area_roles = [role.value for role in Role if role.scope_kind in ("area", "system")]
    Post.objects.filter(scope_id=area.pk, role__in=area_roles).update(scope_id=row.id)
    if is_county(area.pk):
        _continue_numbers(county_code(area.pk), county_code(row.id))


def _continue_numbers(old: int, new: int) -> None:
    """A county under another code goes on counting where it was."""
    for sequence in NumberSequence.objects.filter(key__contains=f"-{old}-"):
        NumberSequence.objects.update_or_create(
            key=sequence.key.replace(f"-{old}-", f"-{new}-"), defaults={"last": sequence.last}
        )
