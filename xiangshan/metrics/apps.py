from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "xiangshan.metrics"
    label = "metrics"
    verbose_name = "指标"

    def ready(self) -> None:
        from xiangshan.core.record_types import tell_locks
        from xiangshan.core.records import facts_changed, facts_changing
        from xiangshan.metrics import invalidation, jobs, locks, record_types  # noqa: F401  (a closing offers itself as a subject)

        facts_changing.connect(invalidation.mark_facts, dispatch_uid="figures: before")
        facts_changed.connect(invalidation.mark_facts, dispatch_uid="figures: after")
        facts_changing.connect(locks.facts_before, dispatch_uid="closed years: before")
        facts_changed.connect(locks.facts_after, dispatch_uid="closed years: after")
        jobs.connect()
        tell_locks(locks.closed_years)
