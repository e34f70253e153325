"""How a cell names something the portal knows: one of a list's choices, an area, a record; near names are offered, never taken."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from rapidfuzz import fuzz, process

from xiangshan.core.areas.models import Area
from xiangshan.core.words import BRACKETS
from xiangshan.shared.imports.cells import LEAVE_EMPTY, LEAVE_OUT, Context, Unsure, answered, is_nothing, text, written

CANDIDATES = 6
NEAR = 60  # of 100, rapidfuzz's partial ratio: what is offered, not what is taken
CHOICES_AT_MOST = 40
SUFFIX = re.compile(r"(街道办事处|街道|镇人民政府|镇|乡|社区居委会|社区|村民委员会|村委会|村|总工会|工会)$")
OPEN, CLOSE = ("".join(signs) for signs in zip(*BRACKETS, strict=True))
ONE_BRACKET = str.maketrans(OPEN + CLOSE, "(" * len(OPEN) + ")" * len(CLOSE))
Parse = Callable[[Any, Context], Any]
ROW_OUT = (LEAVE_OUT, "这些行不导入")
CELL_EMPTY = (LEAVE_EMPTY, "留空")


def bare(name: str) -> str:
    """A name as it is compared: no spaces, one kind of brackets."""
    return re.sub(r"\s", "", name).translate(ONE_BRACKET)


def choice(choices: Iterable[tuple[str, Any]], everyday: Mapping[str, str] | None = None) -> Parse:
    """One of a fixed list, by its label or by the everyday word for it; anything else is asked once."""
    labels = [str(label) for _, label in choices]
    by_word = {bare(str(label)): code for code, label in choices}
    by_word |= {bare(word): by_word[bare(label)] for word, label in (everyday or {}).items()}

    def parse(value: Any, known: Context) -> str | None:
        entry = bare(text(value, known))
        if not entry:
            return None
        if entry not in by_word:
            options = [(label, label) for label in labels]
            raise Unsure(f"“{written(value)}”是哪一种？只能填：{'、'.join(labels)}", [*options, CELL_EMPTY, ROW_OUT])
        return by_word[entry]

    return parse


def label_of(choices: Iterable[tuple[str, Any]]) -> Callable[[Any], str]:
    labels = {code: str(label) for code, label in choices}
    return lambda value: labels.get(value, "")


def area(value: Any, known: Context) -> Area | None:
    """By code, by name, by the everyday name (石浦), or with the names above it (象山县丹东街道塔山社区)."""
    if is_nothing(value):
        return None
    entry = bare(re.sub(r"[·・]", "", text(value, known)))
    places = known.once("areas", lambda: _areas(known))
    found = places.get(entry) or places.get(_without_upper(entry, known), [])
    if len(found) == 1:
        return found[0]
    if found:
        raise Unsure(f"有 {len(found)} 个地区叫“{written(value)}”", [*map(_option, found), ROW_OUT])
    near = process.extract(entry, list(places), scorer=fuzz.ratio, limit=CANDIDATES, score_cutoff=NEAR)
    offered = {one.pk: one for name, _, _ in near for one in places[name]}
    if offered:
        raise Unsure(f"没有叫“{written(value)}”的地区", [*map(_option, list(offered.values())[:CANDIDATES]), ROW_OUT])
    towns = [one.name for rows in places.values() for one in rows if one.level == Area.Level.TOWN]
    example = f"，如“{towns[0]}”" if towns else ""
    raise ValidationError(f"没有这个地区。请填镇乡街道或社区村的全称{example}")


def _option(found: Area) -> tuple[str, str]:
    return found.code, area_label(found)


def area_label(value: Area | None) -> str:
    if value is None:
        return ""
    return f"{value.parent.name} · {value.name}" if value.level == Area.Level.COMMUNITY and value.parent else value.name


def _areas(known: Context) -> dict[str, list[Area]]:
    """name -> areas: a town before a community that goes by the same everyday name."""
    result: dict[str, list[Area]] = {}
    everyday: dict[str, list[Area]] = {}
    for item in Area.objects.around(known.user.counties):
        names = {item.code, str(item.pk), bare(item.name)}
        if item.level == Area.Level.COMMUNITY and item.parent is not None:
            names |= {bare(item.parent.name + item.name), bare(SUFFIX.sub("", item.parent.name) + item.name)}
        for name in names:
            result.setdefault(name, []).append(item)
        short = SUFFIX.sub("", item.name)
        if len(short) > 1 and short != item.name:
            everyday.setdefault(bare(short), []).append(item)
    for name, items in everyday.items():
        top = min(item.level for item in items)
        result.setdefault(name, [item for item in items if item.level == top])
    return result


def _without_upper(entry: str, known: Context) -> str:
    """浙江省宁波市象山县石浦镇 -> 石浦镇."""
    upper = known.once("upper", lambda: _upper(known))
    result = re.match(r"(?:.{2,8}?(?:省|自治区))?(?:.{2,8}?市)?", entry)
    if result and entry[result.end() :].startswith(tuple(upper)):
        entry = entry[result.end() :]  # a province or city the portal does not hold, before a name that it does
    for name in upper:
        rest = entry.removeprefix(name)
        entry = rest if rest else entry
    return entry


def _upper(known: Context) -> list[str]:
    """The names above the towns, the highest first, each also without what kind it is."""
    names = []
    for county in sorted(known.user.counties):
        for name in reversed(Area.objects.above(county)):
            names += [bare(name), bare(name)[:-1]] if len(name) > 2 else [bare(name)]
    return names


def record(model: type[Any], what: str, *names: str, all_of_them: bool = False) -> Parse:
    """A record the importer may see, by one of its names. Near names are offered; of a short list, all."""
    fields = names or ("name",)

    def build(known: Context) -> tuple[dict[str, list[Any]], list[Any]]:
        by_name: dict[str, list[Any]] = {}
        rows = list(_seen(model, known))
        for item in rows:
            for name in {bare(str(getattr(item, field))) for field in fields if getattr(item, field)}:
                by_name.setdefault(name, []).append(item)
            by_name.setdefault(f"#{item.pk}", []).append(item)
        return by_name, rows

    def parse(value: Any, known: Context) -> Any:
        entry = bare(text(value, known))
        if not entry or is_nothing(value):
            return None
        by_name, rows = known.once((model, fields), lambda: build(known))
        found = by_name.get(entry, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Unsure(f"有 {len(found)} 个{what}叫“{written(value)}”", [*map(_of_record, found), ROW_OUT])
        if all_of_them and (meant := _only_one_holding(entry, rows, fields)) is not None:
            known.notes.append(f"{what}“{written(value)}”按“{meant}”登记")
            return meant
        near = _near(entry, by_name)
        offered = rows if all_of_them and len(rows) <= CHOICES_AT_MOST else near
        if not offered:
            raise ValidationError(f"没有叫这个名称的{what}")
        first = [one for one in near if one in offered]
        options = [_of_record(one) for one in (*first, *(one for one in offered if one not in first))]
        raise Unsure(f"没有叫“{written(value)}”的{what}", [*options, ROW_OUT])

    return parse


def _only_one_holding(entry: str, rows: list[Any], fields: tuple[str, ...]) -> Any:
    """Of a short list the one entry that begins with a word, or that the word begins with: 便民 is 便民服务 where no other is."""
    if len(entry) < 2 or len(rows) > CHOICES_AT_MOST:
        return None
    found = []
    for one in rows:
        names = [bare(str(getattr(one, field))) for field in fields]
        if any(name.startswith(entry) or entry.startswith(name) for name in names if name):
            found.append(one)
    return found[0] if len(found) == 1 else None


def _seen(model: type[Any], known: Context) -> Any:
    manager = model.objects
    return manager.visible_to(known.user) if hasattr(manager.all(), "visible_to") else manager.all()


def _of_record(found: Any) -> tuple[str, str]:
    place = getattr(found, "area", None)
    return f"#{found.pk}", f"{found}（{place}）" if place is not None else str(found)


def _near(entry: str, by_name: dict[str, list[Any]]) -> list[Any]:
    names = [name for name in by_name if not name.startswith("#")]
    close = process.extract(entry, names, scorer=_alike, limit=CANDIDATES, score_cutoff=NEAR)
    found = {one.pk: one for name, _, _ in close for one in by_name[name]}
    return list(found.values())[:CANDIDATES]


def _alike(first: str, second: str, **options: Any) -> float:
    """雄鹰救援队 is in 象山雄鹰应急救援队 with letters between: how much of the shorter stands in the longer, in order."""
    return float(max(fuzz.ratio(first, second), fuzz.partial_ratio(first, second), _in_order(first, second)))


def _in_order(short: str, long: str) -> float:
    if len(short) > len(long):
        short, long = long, short
    letters, place = 0, 0
    for sign in short:
        if (found := long.find(sign, place)) >= 0:
            letters, place = letters + 1, found + 1
    return 100 * letters / len(short) if short else 0


def name_of(value: Any) -> str:
    return "" if value is None else str(getattr(value, "name", value))


def several(parse: Parse) -> Parse:
    """A cell that names several, over lines or between 、；;，,. A name that is not known is asked for on its own."""

    def parse_all(value: Any, known: Context) -> list[Any]:
        found, unsure = [], []
        for part in parts_of(value):
            try:
                found.append(answered(parse, part, known))
            except Unsure as error:
                unsure.append(error)
        if unsure:
            unsure[0].others = unsure[1:]
            raise unsure[0]
        return [one for one in found if one is not None]

    return parse_all


def parts_of(value: Any) -> list[str]:
    return [part for part in (written(one) for one in re.split(r"[、;,\uff1b\uff0c\n\r/]+", str(value))) if part]
