"""What a county sets for itself is named and explained in .env.example."""

import re

import pytest
from django.core.management import CommandError, call_command

from tests.prepared import ROOT

READ = re.compile(r'\benv(?:\.\w+)*\(\s*"([A-Z0-9_]+)"')


def test_every_setting_of_the_environment_is_explained() -> None:
    asked = set(READ.findall((ROOT / "xiangshan" / "settings.py").read_text()))
    explained = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(asked) > 20
    assert asked <= explained


@pytest.mark.django_db
def test_demo_refuses_outside_debug() -> None:
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")
