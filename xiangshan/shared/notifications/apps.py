from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "xiangshan.shared.notifications"
    label = "notices"
    verbose_name = "消息"
