from django.apps import AppConfig


class BackupsConfig(AppConfig):
    name = "xiangshan.portal.backups"
    label = "backups"
    verbose_name = "备份"

    def ready(self) -> None:
        from xiangshan.portal.backups import checks  # noqa: F401  (registers that the keys open what is encrypted)
