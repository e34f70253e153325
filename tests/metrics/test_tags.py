"""Rows that are written out by hand let no name through as markup."""

from types import SimpleNamespace

import pytest

from xiangshan.metrics import tags

EVIL = '<script>alert("1")</script>&'
SAFE = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"


def line(**values):
    counts = {"sessions": 3, "workers": 40, "rate": 0.944, "responses": 50, "too_few": False, "link": "", "drill": ""}
    return SimpleNamespace(**{"name": EVIL, **counts, **values})


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_name_stays_a_name(is_shared):
    tile = SimpleNamespace(row=1, column=2, shade=3, line=line(drill='/dashboard/?area=1&x="'))
    for drawn in (tags.session_lines([line(drill="/a/?b=1&c=2")], is_shared), tags.town_tiles([tile], is_shared)):
        assert SAFE in drawn
        assert "<script" not in drawn
        assert ("href" in drawn) is not is_shared


def test_an_address_stays_an_address():
    drawn = tags.session_lines([line(link='/services/sessions/?a=1&b="><b>')])
    assert 'href="/services/sessions/?a=1&amp;b=&quot;&gt;&lt;b&gt;"' in drawn
    assert drawn.count("<a ") == 4


def test_the_reason_of_a_target_stays_a_reason():
    aim = SimpleNamespace(is_behind=True, reached=0.5, target=SimpleNamespace(reason=EVIL))
    assert f'title="目标依据：{SAFE}"' in tags.aim_text(aim)
    assert "title" not in tags.aim_text(aim, is_shared=True)


def test_a_rate_with_too_few_answers_says_so():
    assert "样本不足" in tags.session_lines([line(too_few=True)])
    assert "样本不足" not in tags.session_lines([line(too_few=True, responses=0)])
