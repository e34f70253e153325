from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "xiangshan.imports"
    label = "imports"
    verbose_name = "导入"
