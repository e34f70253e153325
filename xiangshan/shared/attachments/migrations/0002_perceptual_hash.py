from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dossier", "0001_initial")]
    operations = [migrations.RenameField("attachment", old_name="likeness", new_name="perceptual_hash")]
