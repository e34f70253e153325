from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "xiangshan.portal.field"
    label = "field"
    verbose_name = "现场"
