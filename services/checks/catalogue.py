"""All checks on what is reported (design 2-domain). A new one is added here, and works."""

from services.checks import contracts, numbers, photos, places
from services.checks.base import Check

CHECKS: dict[str, Check] = {
    check.code: check
    for check in (
        contracts.outside_term,
        contracts.over_quota,
        numbers.above_sign_ins,
        numbers.above_capacity,
        numbers.rating_burst,
        numbers.outlier,
        photos.photo_reused,
        places.two_places,
        places.reported_twice,
        places.held_in_future,
    )
}
