from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "xiangshan.core.accounts"
    label = "accounts"
    verbose_name = "用户与任职"

    def ready(self) -> None:
        from xiangshan.core.accounts import checks, history  # noqa: F401  (registers the check that every label is Chinese)

        history.connect()
