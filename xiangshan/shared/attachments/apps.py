from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "xiangshan.shared.attachments"
    label = "dossier"
    verbose_name = "卷宗"
