from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = "走出去"

    def ready(self) -> None:
        from services import leaving, subjects  # noqa: F401  (what its records are; what leaving does to them)
