from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "xiangshan.shared.imports"
    label = "imports"
    verbose_name = "导入"
