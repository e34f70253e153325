from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "xiangshan.metrics"
    label = "metrics"
    verbose_name = "指标"

    def ready(self) -> None:
        from xiangshan.metrics import marks
        from xiangshan.records import facts_changed, facts_changing

        facts_changing.connect(marks.mark_facts, dispatch_uid="figures: before")
        facts_changed.connect(marks.mark_facts, dispatch_uid="figures: after")
