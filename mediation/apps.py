from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "mediation"
    verbose_name = "劳动争议调解"

    def ready(self) -> None:
        from mediation import record_types  # noqa: F401  (what its records are)
