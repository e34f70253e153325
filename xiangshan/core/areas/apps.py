from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "xiangshan.core.areas"
    label = "areas"
    verbose_name = "地区"
