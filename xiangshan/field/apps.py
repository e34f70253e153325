from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "xiangshan.field"
    label = "field"
    verbose_name = "现场"
