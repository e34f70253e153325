"""A portal serves whichever county is set up: Xiangshan, which an earlier migration loads, goes where nobody has begun to work."""

from django.db import migrations


def forget(apps, schema_editor):
    if not apps.get_model("accounts", "User").objects.exists():
        areas = apps.get_model("areas", "Area").objects
        for level in (5, 4, 3, 2, 1):
            areas.filter(level=level).delete()


class Migration(migrations.Migration):
    dependencies = [("areas", "0003_county"), ("accounts", "0001_initial")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
