"""Which organizations may be one and the same: a pure calculation over names, codes and telephone numbers."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from xiangshan.core.areas.models import town_of

# What names of organizations have in common says nothing about which one is meant; nor does the place they all lie in.
COMMON = re.compile(r"县|市|区|社会组织|服务中心|服务队|志愿者?|协会|团队|[\s()()·]")
PLACE = re.compile(r"(?:自治)?[省市县区州旗]$")
ALIKE = 0.8  # share of matching letters, difflib's ratio


@dataclass(frozen=True)
class ComparedOrganization:
    """What is compared of an organization."""

    pk: int
    name: str
    area: int
    credit_code: str
    phone: str


def _town(one: ComparedOrganization) -> int:
    return town_of(one.area)


def place_names(names: Iterable[str]) -> tuple[str, ...]:
    """象山县, 宁波市 -> 象山县, 象山, 宁波市, 宁波: the longest first, so that none leaves half of another."""
    both = {form for name in names for form in (name, PLACE.sub("", name)) if len(form) > 1}
    return tuple(sorted(both, key=lambda form: (-len(form), form)))


def core(name: str, places: Iterable[str] = ()) -> str:
    """The letters of a name that tell it from others; all of them where nothing else is left."""
    rest = name
    for place in places:
        rest = rest.replace(place, "")
    return COMMON.sub("", rest) or name


def pairs(
    organizations: Iterable[ComparedOrganization],
    ignored: Iterable[tuple[int, int]] = (),
    places: Iterable[str] = (),
) -> Iterator[tuple[int, int, str]]:
    """(smaller key, larger key, why) of each pair that may be one: same code, same telephone, or near-same names in a town.

    Two communities may each have a team of the same kind: their names are compared only with those of the town itself.
    """
    by_code: dict[str, list[ComparedOrganization]] = defaultdict(list)
    by_phone: dict[str, list[ComparedOrganization]] = defaultdict(list)
    by_town: dict[int, list[ComparedOrganization]] = defaultdict(list)
    for organization in organizations:
        if organization.credit_code:
            by_code[organization.credit_code].append(organization)
        if organization.phone:
            by_phone[re.sub(r"\D", "", organization.phone)].append(organization)
        by_town[_town(organization)].append(organization)
    reported, places = set(ignored), tuple(places)
    for why, groups in (("统一社会信用代码相同", by_code), ("联系电话相同", by_phone)):
        for group in groups.values():
            yield from _new(reported, why, _all_pairs(group))
    for group in by_town.values():
        near = ((a, b) for a, b in _all_pairs(group) if a.area == b.area or _town(a) in (a.area, b.area))
        alike = ((a, b) for a, b in near if is_alike(a.name, b.name, places))
        yield from _new(reported, "同一镇街，名称相近", alike)


def is_alike(first: str, second: str, places: Iterable[str] = ()) -> bool:
    """Whether two names may mean one organization. `places`: the county, city and province they lie in (`place_names`)."""
    a, b = core(first, places), core(second, places)
    if a == b:
        return True
    if min(len(a), len(b)) < 3 or abs(len(a) - len(b)) > max(len(a), len(b)) * (1 - ALIKE) * 2:
        return False
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _all_pairs(group: list[ComparedOrganization]) -> Iterator[tuple[ComparedOrganization, ComparedOrganization]]:
    for place, one in enumerate(group):
        for other in group[place + 1 :]:
            yield one, other


def _new(
    reported: set[tuple[int, int]], why: str, pairs: Iterable[tuple[ComparedOrganization, ComparedOrganization]]
) -> Iterator[tuple[int, int, str]]:
    for a, b in pairs:
        key = (min(a.pk, b.pk), max(a.pk, b.pk))
        if key not in reported:
            reported.add(key)
            yield *key, why
