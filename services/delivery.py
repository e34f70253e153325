"""How far a contract has come, against what was agreed and against time. No database, no clock."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from xiangshan.shared.wilson import wilson


@dataclass(frozen=True)
class Progress:
    """What is delivered by a day, of a contract that runs from one day to another (both included)."""

    quota: int
    delivered: int
    starts_on: date
    ends_on: date
    today: date

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1

    @property
    def days_gone(self) -> int:
        return min(max((self.today - self.starts_on).days + 1, 0), self.days)

    @property
    def time_share(self) -> float:
        return self.days_gone / self.days

    @property
    def share(self) -> float:
        return self.delivered / self.quota if self.quota else 0.0

    @property
    def forecast(self) -> int | None:
        """Sessions by the end at the pace so far; None before anything can be said (a tenth of the term, or its end)."""
        if self.time_share < 0.1 or self.today > self.ends_on:
            return None
        return round(self.delivered / self.time_share)

    @property
    def done_on(self) -> date | None:
        """The day on which the quota is full at the pace so far; None where that cannot be said."""
        if not self.delivered or self.delivered >= self.quota or not self.days_gone:
            return None
        return self.starts_on + timedelta(days=round(self.quota * self.days_gone / self.delivered))


@dataclass(frozen=True)
class ContractDelivery:
    """A contract's delivery, with what deserves a warning in words."""

    progress: Progress
    workers: int
    target_workers: int | None
    answers: int
    satisfied: int
    floor: float  # share
    least_answers: int
    weak: int = 0  # verified sessions that rest on a head count or a late entry
    warnings: list[str] = field(default_factory=list)

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.answers if self.answers else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.satisfied, self.answers)

    @property
    def is_little(self) -> bool:
        """样本不足: too few answers to hold the floor against."""
        return self.answers < self.least_answers


def warnings_of(delivery: ContractDelivery) -> list[str]:
    """What somebody should look into, the gravest first."""
    progress, result = delivery.progress, []
    if progress.today > progress.ends_on and progress.delivered < progress.quota:
        result.append(f"履行期已满，还差 {progress.quota - progress.delivered} 场")
    elif progress.forecast is not None and progress.forecast < progress.quota:
        result.append(f"按目前进度到期约完成 {progress.forecast} 场，达不到约定的 {progress.quota} 场")
    if delivery.satisfaction is not None and not delivery.is_little and delivery.satisfaction < delivery.floor:
        result.append(f"满意率 {delivery.satisfaction:.1%}，低于约定的 {delivery.floor:.1%}")
    if (
        delivery.target_workers
        and progress.time_share >= 0.1
        and delivery.workers < delivery.target_workers * progress.time_share * 0.8
    ):
        result.append(f"服务 {delivery.workers:,} 人次，落后于目标 {delivery.target_workers:,} 的时间进度")
    if progress.delivered and delivery.weak > progress.delivered / 2:
        result.append(f"{delivery.weak} 场只凭点数或事后补报，佐证不足")
    return result
