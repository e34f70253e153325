from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("imports", "0004_written_rows")]

    operations = [
        migrations.RemoveField("ledger", "errors"),
        migrations.RemoveField("ledger", "preview"),
        migrations.RemoveField("ledger", "written"),
    ]
