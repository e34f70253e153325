from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "xiangshan.search"
    label = "search"
    verbose_name = "搜索"
