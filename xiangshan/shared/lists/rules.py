from xiangshan.core.accounts.models import User
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.lists.models import SavedView


def can_share_views(user: User) -> Verdict:
    """Whoever works over an area: leaders of organizations have no colleagues here."""
    return ALLOW if user.areas else deny("只有工会的同事可以共用视图")


def can_delete_view(user: User, view: SavedView) -> Verdict:
    return ALLOW if view.user_id == user.pk else deny("只能移除自己保存的视图")
