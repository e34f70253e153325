from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "xiangshan.portal.people"
    label = "people"
    verbose_name = "用户与任职"

    def ready(self) -> None:
        from xiangshan.portal.people import record_types  # noqa: F401  (what carries a history)
