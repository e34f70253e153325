from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "引进来"

    def ready(self) -> None:
        from orgs import import_schemas, record_types  # noqa: F401  (what this app takes from spreadsheets; what its records are)
