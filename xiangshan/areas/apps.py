from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "xiangshan.areas"
    label = "areas"
    verbose_name = "地区"
