"""What a person types to find something: words in any order, numbers with any brackets, pinyin initials with gaps."""

import string
from collections.abc import Callable

from django.db.models import Q

BRACKETS = ("\u3014\u3015", "()", "\uff08\uff09", "[]", "\u3010\u3011")  # as papers number, and as keyboards have them
LEAST_WITH_GAPS = 4  # letters: fewer would find nearly everything
LONGEST, WORDS_AT_MOST = 120, 12  # each word is one more condition, and SQLite takes a thousand
FULL_WIDTH = 0xFEE0  # from an ordinary letter or digit to its full-width one
ORDINARY = {ord(sign) + FULL_WIDTH: sign for sign in string.ascii_letters + string.digits} | {0x3000: " "}


def words_of(q: str) -> list[str]:
    """Its words, with full-width letters, digits and spaces as ordinary ones; of more than a search can mean, the first."""
    return q[:LONGEST].translate(ORDINARY).split()[:WORDS_AT_MOST]


def found(q: str, holding: Callable[[str], Q]) -> Q:
    """Every word is held somewhere: 雄鹰 救援 finds 雄鹰应急救援队. `holding` says where one word is looked for."""
    result = Q()
    for word in words_of(q):
        held = Q()
        for spelling in _spellings(word):
            held |= holding(spelling)
        result &= held
    return result


def any_of(*fields: str) -> Callable[[str], Q]:
    """A word is part of any of these fields."""

    def holding(word: str) -> Q:
        result = Q()
        for field in fields:
            result |= Q(**{f"{field}__icontains": word})
        return result

    return holding


def by_initials(word: str, field: str = "initials") -> Q:
    """Part of the pinyin initials, or their beginning with gaps: xyjyd finds 雄鹰应急救援队 (xyyjjyd)."""
    word = word.lower()
    if not (word.isascii() and word.isalnum()):
        return Q(pk__in=[])
    held = Q(**{f"{field}__contains": word})
    if len(word) >= LEAST_WITH_GAPS and word.isalpha():
        held |= Q(**{f"{field}__regex": f"(^| ){'[^ ]*'.join(word)}"})
    return held


def _spellings(word: str) -> set[str]:
    """The word as it is, and with each kind of brackets it could stand with."""
    if not any(sign in word for pair in BRACKETS for sign in pair):
        return {word}
    opening, closing = (set(signs) for signs in zip(*BRACKETS, strict=True))

    def with_brackets(pair: str) -> str:
        return "".join(pair[0] if sign in opening else pair[1] if sign in closing else sign for sign in word)

    return {word} | {with_brackets(pair) for pair in BRACKETS}
