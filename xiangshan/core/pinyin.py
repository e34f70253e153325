"""Search by pinyin initials: 象山雄鹰 is found by xsxy."""

from django.db.models import Q
from pypinyin import Style, lazy_pinyin, load_phrases_dict

from xiangshan.core.words import by_initials

# Names the dictionary reads wrongly; add a line where somebody cannot find an organization by its initials.
load_phrases_dict({"乐清": [["yuè"], ["qīng"]], "台州": [["tāi"], ["zhōu"]], "丽水": [["lí"], ["shuǐ"]]})


def initials(*names: str) -> str:
    """The first letters of each name, letters and digits as they are: one word a name, without repeats."""
    result = ("".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower() for name in names if name)
    words = ("".join(letter for letter in word if letter.isascii() and letter.isalnum()) for word in result)
    return " ".join(dict.fromkeys(word for word in words if word))


def named(word: str) -> Q:
    """Part of a name, or its pinyin initials."""
    return Q(name__icontains=word) | by_initials(word)
