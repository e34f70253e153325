from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "xiangshan.metrics"
    label = "metrics"
    verbose_name = "指标"

    def ready(self) -> None:
        from xiangshan.metrics import jobs, locks, marks, subjects  # noqa: F401  (a closing offers itself as a subject)
        from xiangshan.records import facts_changed, facts_changing
        from xiangshan.subjects import tell_locks

        facts_changing.connect(marks.mark_facts, dispatch_uid="figures: before")
        facts_changed.connect(marks.mark_facts, dispatch_uid="figures: after")
        facts_changing.connect(locks.facts_before, dispatch_uid="closed years: before")
        facts_changed.connect(locks.facts_after, dispatch_uid="closed years: after")
        jobs.connect()
        tell_locks(locks.closed_years)
