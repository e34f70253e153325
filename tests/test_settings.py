"""What a county sets for itself is named and explained in .env.example."""

import re

from tests.prepared import ROOT

READ = re.compile(r'\benv(?:\.\w+)*\(\s*"([A-Z0-9_]+)"')


def test_every_setting_of_the_environment_is_explained() -> None:
    asked = set(READ.findall((ROOT / "xiangshan" / "settings.py").read_text()))
    explained = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert len(asked) > 20
    assert asked <= explained
