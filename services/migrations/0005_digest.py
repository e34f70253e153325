from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("services", "0004_texts")]

    # A constraint goes by the names of its columns: it stands aside while one of them is renamed.
    operations = [
        migrations.RemoveConstraint("signin", "signed_in_once"),
        migrations.RenameField("signin", "mark", "digest"),
        migrations.AddConstraint(
            "signin", models.UniqueConstraint(fields=["session", "digest"], name="signed_in_once")
        ),
    ]
