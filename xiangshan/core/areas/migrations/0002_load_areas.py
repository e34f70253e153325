"""The county's towns, communities and villages."""

from django.db import migrations

from xiangshan.core.areas.loading import load_areas


def load(apps, schema_editor):
    load_areas(apps.get_model("areas", "Area"))


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
