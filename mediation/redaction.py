"""Stand-ins for whoever is named in a case: the same person has the same one throughout. No database, no clock."""

import re
from collections import defaultdict
from collections.abc import Iterable

STEMS = "甲乙丙丁戊己庚辛壬癸"
CALLED = {"worker": "职工", "representative": "职工代表", "employer": "单位人员", "agent": "代理人"}
# Seven digits and more, however they are spaced, are somebody's number: a telephone, an identity, an account. Days are not.
NUMBERS = re.compile(r"(?<![\d.,])(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))\d(?:[ -]?\d){6,}[Xx]?(?![\d.,])")


def stem(place: int) -> str:
    """甲, 乙, ... 癸, then 甲2."""
    round_, at = divmod(place, len(STEMS))
    return STEMS[at] + (str(round_ + 1) if round_ else "")


def stand_ins(parties: Iterable[tuple[str, str, str, str]], employer: str = "") -> dict[str, str]:
    """What stands for each name and number. `parties`: side, name, phone, identity number, in their order."""
    result: dict[str, str] = {}
    counted: dict[str, int] = defaultdict(int)
    for side, name, phone, id_number in parties:
        word = f"{CALLED.get(side, '当事人')}{stem(counted[side])}"
        counted[side] += 1
        for text, alias in ((name, word), (phone, f"（{word}电话）"), (id_number, f"（{word}证件号）")):
            if text:
                result.setdefault(text, alias)
    if employer:
        result.setdefault(employer, "某单位")
    return result


def redact(text: str, aliases: dict[str, str]) -> str:
    """The longest first, so that no name is left half; whatever still looks like a person's number goes too."""
    for word in sorted(aliases, key=len, reverse=True):
        text = text.replace(word, aliases[word])
    return NUMBERS.sub("（号码）", text)
