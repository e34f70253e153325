"""How much of a contract is delivered, asked of the facts: what terms and the acceptance depend on."""

from django.db.models import Sum

from services.models import ActivitySession, ServiceContract


def delivered_share(contract: ServiceContract) -> float:
    """Verified units of all lines / their quantities."""
    quota = contract.lines.aggregate(n=Sum("quantity"))["n"] or 0
    filled = ActivitySession.objects.filter(contract_line__contract=contract, line_unit__isnull=False).count()
    return filled / quota if quota else 0.0
