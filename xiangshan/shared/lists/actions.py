"""How a reader arranges lists: columns and saved views. No business records, so no history."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from xiangshan.core.accounts.models import User
from xiangshan.core.rules import require
from xiangshan.core.text import without_nul
from xiangshan.shared.lists import rules
from xiangshan.shared.lists.models import SavedView

VIEWS_AT_MOST = 30


@transaction.atomic
def choose_columns(table: str, columns: Iterable[str], *, by: User) -> None:
    """显示列: kept for this user and list; none named brings back the default."""
    SavedView.objects.update_or_create(
        user=by, table=table, name="", defaults={"columns": [without_nul(name) for name in columns]}
    )


@transaction.atomic
def save_view(table: str, name: str, query: str, *, by: User, is_shared: bool = False, span: str = "") -> SavedView:
    """保存视图: under a name; the same name again replaces what it said. Raises ValidationError."""
    if is_shared:
        require(rules.can_share_views(by))
    own = SavedView.objects.filter(user=by, table=table)
    if own.exclude(name="").count() >= VIEWS_AT_MOST:
        raise ValidationError(f"一个列表最多存 {VIEWS_AT_MOST} 个视图，请先移除不用的")
    view = own.filter(name=name).first() or SavedView(user=by, table=table, name=name)
    view.query, view.is_shared, view.span = query, is_shared, span
    view.full_clean()
    view.save()
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    require(rules.can_delete_view(by, view))
    view.delete()
