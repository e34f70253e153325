from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "xiangshan.dossier"
    label = "dossier"
    verbose_name = "卷宗"
