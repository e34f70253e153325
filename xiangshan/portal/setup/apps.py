from django.apps import AppConfig


class SetupConfig(AppConfig):
    name = "xiangshan.portal.setup"
    label = "setup"
    verbose_name = "开通与设置"
