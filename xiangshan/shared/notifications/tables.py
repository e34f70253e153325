"""The ledger of messages as a list."""

from django.db.models import F, Value
from django.db.models.functions import Coalesce

from xiangshan.shared.lists.tables import Column, ListAction, Table
from xiangshan.shared.notifications.models import Message

MESSAGES = Table(
    "messages",
    "投递记录",
    (
        Column("created_at", "时间", kind="moment"),
        Column("name", "收件人", Coalesce(F("user__name"), Value("点单人"))),
        Column("channel", "方式", kind="choice", choices=Message.Channel.choices, on_phone=False),
        Column("address", "地址"),
        Column("subject", "标题"),
        Column("status", "状态", kind="badge", choices=Message.Status.choices),
        Column("answer", "对方答复"),
        Column("tries", "已试次数", kind="number", on_phone=False),
        Column("sent_at", "送出时间", kind="moment", shown=False),
    ),
    order=("-created_at", "-pk"),
    empty="没有符合条件的投递记录。有邮件寄出后，会在这里写明是否送达。",
    actions=(ListAction("again", "再次发送"),),
    actions_page="message_try_again",
)
