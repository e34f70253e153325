from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = "走出去"

    def ready(self) -> None:
        from services import subjects  # noqa: F401  (what its records are)
