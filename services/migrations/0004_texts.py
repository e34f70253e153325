from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("services", "0003_approved_payments")]

    operations = [
        migrations.RenameField("finding", "words", "text"),
        migrations.RenameField("followup", "words", "text"),
    ]
