from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "xiangshan.notices"
    label = "notices"
    verbose_name = "消息"
