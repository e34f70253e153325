from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("metrics", "0002_texts")]

    operations = [
        migrations.RenameField("sharelink", "mark", "digest"),
    ]
