from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "xiangshan.core.areas"
    label = "areas"
    verbose_name = "地区"

    def ready(self) -> None:
        from xiangshan.core.areas import counties, outlines  # noqa: F401  (their tables live in this app)
