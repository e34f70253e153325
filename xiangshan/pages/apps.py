from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "xiangshan.pages"
    label = "pages"
    verbose_name = "页面设置"
