"""What earlier imports wrote stays to be undone; files not yet written were read by an older reader, and are brought again."""

from django.db import migrations


def keep_what_was_written(apps, schema_editor):
    Ledger, LedgerRow = apps.get_model("imports", "Ledger"), apps.get_model("imports", "LedgerRow")
    for ledger in Ledger.objects.all():
        rows = [
            LedgerRow(ledger=ledger, sheet="", number=0, outcome=outcome, record_key=int(key), written=values)
            for outcome, part in (("new", "made"), ("changed", "altered"))
            for key, values in ledger.written.get(part, {}).items()
        ]
        LedgerRow.objects.bulk_create(rows, batch_size=500)
        if ledger.status not in ("done", "undone"):
            ledger.status, ledger.faults = "faulty", [["", "", "", "导入功能已升级，请重新上传这个文件"]]
            ledger.save(update_fields=["status", "faults"])


class Migration(migrations.Migration):
    dependencies = [("imports", "0003_ledger_rows")]

    operations = [migrations.RunPython(keep_what_was_written, migrations.RunPython.noop)]
