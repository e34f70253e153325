from django.apps import AppConfig


class TodoConfig(AppConfig):
    name = "xiangshan.portal.todo"
    label = "todo"
    verbose_name = "待办"
