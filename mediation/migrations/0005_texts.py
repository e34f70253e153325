from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("mediation", "0004_blind_indexes")]

    operations = [
        migrations.RenameField("caseevent", "words", "text"),
        migrations.RenameField("helprequest", "words", "text"),
        migrations.RenameField("mediationcase", "next_due_words", "next_due_text"),
    ]
