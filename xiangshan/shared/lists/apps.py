from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "xiangshan.shared.lists"
    label = "pages"
    verbose_name = "页面设置"
