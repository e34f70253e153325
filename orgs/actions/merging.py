"""Two entries of one organization become one; whatever moved is written down, so that it can be undone without loss."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from orgs import rules
from orgs.models import DistinctOrganizations, OrganizationMerge, SocialOrganization, StageSpan
from xiangshan.core.accounts.actions import move_posts
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.record_types import record_type_of
from xiangshan.core.records import Automatic, change, create, lock, move_many
from xiangshan.core.rules import require
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.comments.models import Comment

# What the one kept may take over from the other.
TAKEABLE = (
    "name",
    "short_name",
    "credit_code",
    "legal_form",
    "origin",
    "area",
    "address",
    "phone",
    "founded_on",
    "licence_expires_on",
    "introduction",
)
POSTS = "accounts.post"


def belongings() -> list[tuple[type[Any], str]]:
    """(model, field) of every record that points at an organization and moves with it. How it got where it is stays its own."""
    stays = (StageSpan, OrganizationMerge, DistinctOrganizations, SocialOrganization)
    return [
        (relation.related_model, relation.field.name)
        for relation in SocialOrganization._meta.related_objects
        if relation.related_model not in stays and not relation.many_to_many
    ]


@transaction.atomic
def merge(
    kept: SocialOrganization, merged: SocialOrganization, *, by: User, take: tuple[str, ...] = ()
) -> OrganizationMerge:
    """合并: everything of the one becomes the other's, and with `take` some of its profile. Raises ValidationError."""
    if kept.pk == merged.pk:
        raise ValidationError("请选择两家不同的社会组织")
    kept, merged = (lock(one) for one in sorted((kept, merged), key=lambda one: one.pk != kept.pk))
    require(rules.can_merge(by, kept, merged))
    moved = {}
    for model, field in belongings():
        keys = _movable(model, field, kept, merged)
        if keys:
            move_many(model, keys, by=by, verb="并入", **{field: kept})
            moved[f"{model._meta.label_lower}.{field}"] = keys
    for model in (Attachment, Comment):
        keys = list(
            model.objects.filter(content_type=record_type_of(merged).content_type, object_id=merged.pk).values_list(
                "pk", flat=True
            )
        )
        if keys:
            move_many(model, keys, by=by, verb="并入", object_id=kept.pk)
            moved[model._meta.label_lower] = keys
    if keys := move_posts(Role.ORG_LEADER, merged.pk, kept.pk, by=by):
        moved[POSTS] = keys
    change(merged, by=by, verb="并入另一家", reason=Automatic(kept), merged_into=kept)
    values = {name: getattr(merged, name) for name in take if name in TAKEABLE}
    taken = {
        name: [_plain(getattr(kept, name)), _plain(value)]
        for name, value in values.items()
        if getattr(kept, name) != value
    }
    change(kept, by=by, verb="合并", reason=Automatic(merged.name), **values)
    record = OrganizationMerge(kept=kept, merged=merged, moved=moved, taken=taken, by=by)
    return create(record, by=by, verb="合并")


def _movable(model: type[Any], field: str, kept: SocialOrganization, merged: SocialOrganization) -> list[int]:
    """The records of the one that the other has no counterpart of: two reports of one day stay where they are."""
    rows = model._default_manager.filter(**{field: merged})
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or field not in constraint.fields:
            continue
        others = [name for name in constraint.fields if name != field]
        has = model._default_manager.filter(**{field: kept})
        mine = rows
        if constraint.condition is not None:
            has, mine = has.filter(constraint.condition), rows.filter(constraint.condition)
        clash = mine.filter(
            models.Exists(has.filter(**{name: models.OuterRef(name) for name in others}))
            if others
            else models.Q(pk__in=mine if has.exists() else [])
        )
        rows = rows.exclude(pk__in=list(clash.values_list("pk", flat=True)))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value.isoformat() if hasattr(value, "isoformat") else value


@transaction.atomic
def undo(merge: OrganizationMerge, *, by: User) -> OrganizationMerge:
    """撤销合并: what moved goes back, as far as nobody moved it on; what came since stays with the one kept. Raises ValidationError."""
    merge = lock(merge)
    kept, merged = lock(merge.kept), lock(merge.merged)
    require(rules.can_undo_merge(by, merge))
    by_label = {f"{model._meta.label_lower}.{field}": (model, field) for model, field in belongings()}
    fields: dict[str, Any] = {field.name: field for field in kept._meta.fields}
    back = {
        name: fields[name].related_model._default_manager.get(pk=before)
        if fields[name].is_relation and before
        else fields[name].to_python(before)
        for name, (before, after) in merge.taken.items()
        if _plain(getattr(kept, name)) == after
    }
    change(kept, by=by, verb="撤销合并", reason=Automatic(merged.name), **back)
    change(merged, by=by, verb="撤销合并", reason=Automatic(kept), merged_into=None)
    for label, keys in merge.moved.items():
        if label == POSTS:
            move_posts(Role.ORG_LEADER, kept.pk, merged.pk, by=by, only=keys)
        elif label in by_label:
            model, field = by_label[label]
            still = model._default_manager.filter(pk__in=keys, **{field: kept})
            move_many(model, list(still.values_list("pk", flat=True)), by=by, verb="撤销合并", **{field: merged})
        else:
            model = next(model for model in (Attachment, Comment) if model._meta.label_lower == label)
            still = model.objects.filter(pk__in=keys, object_id=kept.pk)
            move_many(model, list(still.values_list("pk", flat=True)), by=by, verb="撤销合并", object_id=merged.pk)
    return change(merge, by=by, verb="撤销合并", undone_at=timezone.now())


@transaction.atomic
def keep_apart(first: SocialOrganization, second: SocialOrganization, *, by: User) -> None:
    """不是同一家: the pair is not shown again. Safe to repeat."""
    require(rules.can_merge(by, first, second))
    low, high = sorted((first, second), key=lambda one: one.pk)
    DistinctOrganizations.objects.get_or_create(first=low, second=high, defaults={"by": by})
