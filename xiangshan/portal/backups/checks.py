"""Said at start and by `check`: a database whose parties the present keys do not open."""

import logging
from typing import Any

from django.apps import apps
from django.core.checks import Warning, register
from django.db import DatabaseError, connection

from xiangshan.core import encryption

log = logging.getLogger(__name__)


def sealed_by_others() -> str:
    """The first kind of record that no key of ours opens; empty where all open, or nothing is encrypted yet."""
    for model in apps.get_models():
        for name in encryption.encrypted_fields(model):
            column, table = (connection.ops.quote_name(text) for text in (name, model._meta.db_table))
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> '' ORDER BY id DESC LIMIT 1")  # noqa: S608
                row = cursor.fetchone()
            if row and encryption.decrypt(row[0]) == encryption.LOST:
                return str(model._meta.verbose_name)
    return ""


@register()
def keys_open_parties(app_configs: Any, **kwargs: Any) -> list[Warning]:
    try:
        kind = sealed_by_others()
    except DatabaseError:
        return []  # no database yet, or none that answers: another matter
    if not kind:
        return []
    text = f"PARTY_KEYS 打不开数据库里的{kind}：请把原来的密钥写进设置"
    log.error(text)
    return [Warning(text, id="xiangshan.W002")]
