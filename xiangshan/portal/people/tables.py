"""Accounts as a list."""

from django.db.models import Case, CharField, F, Value, When

from xiangshan.shared.lists.tables import Column, Table

PEOPLE = Table(
    "people",
    "用户",
    (
        Column("name", "姓名", Case(When(name="", then=F("username")), default=F("name")), link="people:person_detail"),
        Column("username", "用户名", on_phone=False),
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
    empty="没有符合条件的用户。",
)
