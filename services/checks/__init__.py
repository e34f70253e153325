"""Checks on what is reported (design 2-domain): every one is declared in one of these modules."""

from services.checks import contracts, numbers, photos, places  # noqa: F401  (each declares its checks)
from services.checks.base import CHECKS, Check, Hit

__all__ = ["CHECKS", "Check", "Hit"]
