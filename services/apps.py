from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = "走出去"

    def ready(self) -> None:
        from services import record_types, triggers  # noqa: F401  (what its records are; what a constraint cannot say)
        from services.import_schemas.contracts import PAST_CONTRACTS
        from services.import_schemas.sessions import PAST_SESSIONS
        from xiangshan.shared.imports.schemas import offer

        offer(PAST_CONTRACTS, PAST_SESSIONS)

        pre_migrate.connect(triggers.take_away, sender=self)
        post_migrate.connect(triggers.put_in_place, sender=self)
