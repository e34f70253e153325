from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "强起来"

    def ready(self) -> None:
        from projects import record_types  # noqa: F401  (what its records are)
