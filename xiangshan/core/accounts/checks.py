"""make check finds words a user would read in another language than Chinese: model names, field labels, choices."""

import re
from typing import Any

from django.apps import apps
from django.core.checks import Warning, register

OWN_APPS = ("accounts", "areas", "orgs", "projects", "services", "mediation", "metrics")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@register()
def labels_are_chinese(app_configs: Any, **kwargs: Any) -> list[Warning]:
    items = []
    for label in OWN_APPS:
        for model in apps.get_app_config(label).get_models():
            labels = [(model.__name__, str(model._meta.verbose_name))]
            for field in model._meta.fields:
                if field.name in ("id", "pk"):
                    continue
                labels.append((field.name, str(field.verbose_name)))
                labels += [
                    (f"{field.name}={value}", str(word)) for value, word in (field.flatchoices or []) if value != ""
                ]
            items += [
                Warning(
                    f"{model._meta.label}: {name} is called {word!r}, not a Chinese word",
                    obj=model,
                    id="xiangshan.W001",
                )
                for name, word in labels
                if not CHINESE.search(word)
            ]
    return items
