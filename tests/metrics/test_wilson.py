import pytest

from xiangshan.shared.wilson import wilson


def test_known_interval():
    """81 of 263: 0.2553 to 0.3662, R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_no_answers_no_interval():
    assert wilson(0, 0) is None


def test_all_satisfied_is_not_certainty():
    low, high = wilson(10, 10)
    assert low < 0.75
    assert high == pytest.approx(1.0)


def test_more_than_all_is_no_share():
    assert wilson(10, 3) is None
