from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "引进来"

    def ready(self) -> None:
        from orgs import record_types  # noqa: F401  (what its records are)
        from orgs.import_schemas import organizations, places
        from xiangshan.shared.imports.schemas import offer

        offer(organizations.ORGANIZATIONS, organizations.DUTIES, organizations.HONOURS, organizations.KEY_SUPPORTS)
        offer(organizations.STRENGTHS, places.BRANCHES, places.COVERAGES, places.VENUES, places.EMPLOYERS)
