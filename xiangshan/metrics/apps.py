from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "xiangshan.metrics"
    label = "metrics"
    verbose_name = "指标"

    def ready(self) -> None:
        from xiangshan.core.record_types import tell_locks
        from xiangshan.metrics import jobs, locks, record_types  # noqa: F401  (a closing offers itself as a subject)

        jobs.connect()
        tell_locks(locks.closed_years)
