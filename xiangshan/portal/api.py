"""The portal for programs: /api/v1/, its description at /api/v1/openapi.json and /api/v1/docs."""

from ninja import NinjaAPI

from xiangshan.metrics.api import router as figures

api = NinjaAPI(title="象山县总工会社会组织工作平台", version="1", urls_namespace="api")
api.add_router("", figures)
