"""What was picked of a list: some of its rows, or all that match its filters, and the way back to it as it was filtered."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import keys_of

MOST = 1000  # one deed locks and checks each of them


@dataclass(frozen=True)
class Picked:
    """The rows, the list's filters as its address has them ("?stage=lead"), and whether all that match are meant."""

    rows: list[Any]
    query: str
    is_all: bool

    def is_outdated(self, confirmed: str | None) -> bool:
        """Whether another number was confirmed: what matches a filter may have changed since."""
        return self.is_all and confirmed is not None and confirmed != str(len(self.rows))


def query_of(request: PortalRequest) -> str:
    """The filters of the list a form came from, as its address has them; nothing that is not a query."""
    query = request.POST.get("query", "")
    return query if query.startswith("?") and query != "?" else ""


def picked_rows(request: PortalRequest, matching: Callable[[QueryDict], QuerySet[Any]]) -> QuerySet[Any]:
    """From the form around a list. `matching` are the rows its reader sees under some filters.

    What is picked by hand is meant whatever the filters: the page may show rows from before they were changed.
    """
    if request.POST.get("all") == "1":
        return matching(QueryDict(query_of(request)[1:]))
    return matching(QueryDict("")).filter(pk__in=keys_of(request.POST.getlist("pk")))


def picked_of(request: PortalRequest, matching: Callable[[QueryDict], QuerySet[Any]], most: int = MOST) -> Picked:
    """The same as records. Raises ValidationError where more are meant than one deed takes."""
    picked = list(picked_rows(request, matching)[: most + 1])
    if len(picked) > most:
        raise ValidationError(f"一次最多 {most:,} 条，请先把条件收窄")
    return Picked(picked, query_of(request), request.POST.get("all") == "1")
