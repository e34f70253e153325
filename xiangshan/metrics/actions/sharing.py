"""Links for readers without a login, figures kept at hand, and briefs by mail."""

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.metrics import rules
from xiangshan.metrics.models import BriefMail, Favourite, ShareLink
from xiangshan.metrics.models.sharing import digest_of

LONGEST = timedelta(days=366)
FAVOURITES_AT_MOST = 50


@transaction.atomic
def share_dashboard(area: Area, title: str, expires_on: date, *, by: User) -> tuple[ShareLink, str]:
    """建立共享链接: returns the link and its token, which is shown this once. Raises ValidationError."""
    require(rules.can_share(by, area))
    today = timezone.localdate()
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": "有效期从今天起，最长一年"})
    token = secrets.token_urlsafe(24)
    link = ShareLink(area=area, title=title, digest=digest_of(token), created_by=by, expires_on=expires_on)
    return create(link, by=by, verb="建立共享"), token


@transaction.atomic
def revoke_share(link: ShareLink, *, by: User) -> ShareLink:
    """收回: from now on the address answers as if it had never been."""
    link = lock(link)
    require(rules.can_share(by, link.area))
    return change(link, by=by, verb="收回共享", revoked_at=link.revoked_at or timezone.now())


def count_opening(link: ShareLink) -> None:
    """How often and when a link was opened; no business record, so no history."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())


@transaction.atomic
def keep_favourite(name: str, address: str, *, by: User) -> Favourite:
    """收藏 a figure; the same name again says another one. No business record, so no history. Raises ValidationError."""
    if not address.startswith("/dashboard/"):
        raise ValidationError({"name": "只能收藏数据页"})
    own = Favourite.objects.filter(user=by)
    if own.exclude(name=name).count() >= FAVOURITES_AT_MOST:
        raise ValidationError({"name": f"最多收藏 {FAVOURITES_AT_MOST} 个，请先移除不用的"})
    favourite = own.filter(name=name).first() or Favourite(user=by, name=name)
    favourite.address = address
    favourite.full_clean()
    favourite.save()
    return favourite


@transaction.atomic
def drop_favourite(pk: int, *, by: User) -> None:
    Favourite.objects.filter(pk=pk, user=by).delete()


@transaction.atomic
def subscribe_brief(area: Area, every: str, *, by: User) -> BriefMail:
    """订阅简报: the first one comes with the next period that ends."""
    require(rules.can_read_figures(by))
    upto = timezone.localdate().replace(day=1) - timedelta(days=1)
    brief = BriefMail(user=by, area=area, every=every, sent_upto=upto.year * 100 + upto.month)
    brief.full_clean()
    brief.save()
    return brief


@transaction.atomic
def unsubscribe_brief(pk: int, *, by: User) -> None:
    BriefMail.objects.filter(pk=pk, user=by).delete()
