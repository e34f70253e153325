from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mediation", "0003_approved_payments")]
    operations = [
        migrations.RenameField("party", old_name="phone_mark", new_name="phone_index"),
        migrations.RenameField("party", old_name="id_mark", new_name="id_index"),
    ]
