from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mediation", "0005_texts")]

    operations = [
        migrations.RenameField("studio", "mark", "case_prefix"),
    ]
