from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "xiangshan.portal.search"
    label = "search"
    verbose_name = "搜索"
