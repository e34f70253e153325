"""What the database itself refuses, whoever asks and however."""

import pytest
from django.db import IntegrityError, transaction

from services.models import ActivitySession, ContractLine
from tests import factories


@pytest.fixture
def line(db):
    return factories.LineFactory(quantity=2)


def fill(line, unit):
    return factories.SessionFactory(
        organization=line.contract.organization, verified=True, basis="bought", contract_line=line, line_unit=unit
    )


def test_a_unit_beyond_the_quantity_is_refused(line):
    fill(line, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        fill(line, 3)
    session = fill(line, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivitySession.objects.filter(pk=session.pk).update(line_unit=3)


def test_a_quantity_below_what_is_filled_is_refused(line):
    fill(line, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractLine.objects.filter(pk=line.pk).update(quantity=1)
    ContractLine.objects.filter(pk=line.pk).update(quantity=5)
    fill(line, 5)


def test_a_unit_is_filled_once_and_a_session_fills_one_line(line):
    session = fill(line, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        fill(line, 1)
    other = factories.LineFactory(contract=line.contract)
    # There is one reference and one unit on a session: filling another line means leaving this one.
    ActivitySession.objects.filter(pk=session.pk).update(contract_line=other, line_unit=1)
    assert not line.sessions.exists()
