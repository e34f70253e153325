"""Accounts as a list."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, CharField, F, Value, When
from django.utils import timezone

from xiangshan.core.accounts.models import Post, scope_model
from xiangshan.shared.lists.tables import Column, Table


def name_posts(rows: Iterable[dict[str, Any]]) -> None:
    """Of rows of the list: which posts each person holds today, and over what; one question for each kind of scope."""
    rows = [row for row in rows if "c_posts" in row]
    posts = list(
        Post.objects.filter(user__in=[row["c_posts"] for row in rows]).held_on(timezone.localdate()).order_by("pk")
    )
    kinds = {post.scope_kind for post in posts}
    names = {
        (kind, pk): str(record)
        for kind in kinds
        for pk, record in scope_model(kind).objects.in_bulk([p.scope_id for p in posts if p.scope_kind == kind]).items()
    }
    held: dict[int, list[str]] = {}
    for post in posts:
        over = names.get((post.scope_kind, post.scope_id), "")
        held.setdefault(post.user_id, []).append(f"{post.get_role_display()} {over}".strip())
    for row in rows:
        row["c_posts"] = "、".join(held.get(row["c_posts"], ()))


PEOPLE = Table(
    "people",
    "用户",
    (
        Column("name", "姓名", Case(When(name="", then=F("username")), default=F("name")), link="people:person_detail"),
        Column("username", "用户名", on_phone=False),
        Column("posts", "任职", "pk", sortable=False),
        Column("phone", "手机号"),
        Column("email", "邮箱", shown=False),
        Column("last_login", "上次登录", kind="moment"),
        Column(
            "state",
            "状态",
            Case(
                When(is_active=False, then=Value("cancelled")),
                When(last_login__isnull=True, then=Value("waiting")),
                default=Value("done"),
                output_field=CharField(),
            ),
            kind="badge",
            choices=[("done", "在用"), ("waiting", "还没有登录过"), ("cancelled", "停用")],
        ),
    ),
    order=("name", "pk"),
    prepare=name_posts,
    empty="没有符合条件的用户。",
)
