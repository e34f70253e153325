"""The portal for programs: /api/v1/, its description at /api/v1/openapi.json and /api/v1/docs."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from ninja import NinjaAPI

from xiangshan.metrics.api import router as figures

api = NinjaAPI(title="总工会社会组织工作平台", version="1", urls_namespace="api")
api.add_router("", figures)

# Programs are told 401 by the API itself, not sent to the page where people log in.
urls = api.urls
for pattern in urls[0]:
    login_not_required(cast(Callable[..., Any], pattern.callback))
