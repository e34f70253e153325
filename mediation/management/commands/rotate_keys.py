from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from mediation.models import Party
from xiangshan.core import encryption

AT_ONCE = 200


class Command(BaseCommand):
    help = "Encrypts again, with the first of PARTY_KEYS, whatever another key encrypted. The portal goes on meanwhile; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        again = 0
        for model in apps.get_models():
            names = encryption.encrypted_fields(model)
            if names:
                again += sum(self._renew(model, names, keys) for keys in self._batches(model))
        again += sum(self._renew_factor(pk) for pk in Authenticator.objects.values_list("pk", flat=True))
        self.stdout.write(f"{again} records encrypted again; every one is now under the first key")

    @transaction.atomic
    def _renew_factor(self, pk: int) -> bool:
        """The secrets of a second factor: its key, the seed of its recovery codes, and codes that came from elsewhere."""
        factor = Authenticator.objects.select_for_update().get(pk=pk)
        old = {
            name: text
            for name, text in factor.data.items()
            if name in ("secret", "seed") and text and not encryption.is_current(text)
        }
        if not old:
            return False
        factor.data |= {name: encryption.encrypt(encryption.decrypt(text)) for name, text in old.items()}
        factor.save(update_fields=["data"])
        return True

    def _batches(self, model: Any) -> Any:
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))

    @transaction.atomic
    def _renew(self, model: Any, names: list[str], keys: list[int]) -> int:
        """One batch, its rows held: who writes to one of them waits for it, who reads does not."""
        stored = self._stored(model, names, keys)
        again = 0
        for record in model._default_manager.select_for_update().filter(pk__in=keys):
            old = [name for name, text in zip(names, stored.get(record.pk, ()), strict=False) if text]
            old = [name for name in old if not encryption.is_current(stored[record.pk][names.index(name)])]
            if any(getattr(record, name) == encryption.LOST for name in old):
                self.stderr.write(f"{model._meta.label} {record.pk}: no key opens it; left as it is")
                continue
            changed = list(old)
            if isinstance(record, Party):
                marks = encryption.blind_index(record.phone), encryption.blind_index(record.id_number)
                if marks != (record.phone_index, record.id_index):
                    record.phone_index, record.id_index = marks
                    changed += ["phone_index", "id_index"]
            if changed:
                # The same facts under another key: no history line, and no figure follows from it.
                model._default_manager.filter(pk=record.pk).update(**{name: getattr(record, name) for name in changed})
                again += 1
        return again

    def _stored(self, model: Any, names: list[str], keys: list[int]) -> dict[int, tuple[str, ...]]:
        """As it stands in the database, still encrypted."""
        quoted = ", ".join(connection.ops.quote_name(name) for name in ["id", *names])
        table = connection.ops.quote_name(model._meta.db_table)
        places = ", ".join(["%s"] * len(keys))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {quoted} FROM {table} WHERE id IN ({places})", keys)  # noqa: S608  (names of our own)
            return {row[0]: row[1:] for row in cursor.fetchall()}
