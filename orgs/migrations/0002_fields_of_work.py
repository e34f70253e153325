from django.db import migrations

NAMES = ["应急救援", "志愿服务", "心理关爱", "法律服务", "文化艺术", "体育健身", "健康医疗", "婚恋交友", "便民服务", "纠纷调解", "社区治理", "技能培训"]


def load(apps, schema_editor):
    FieldOfWork = apps.get_model("orgs", "FieldOfWork")
    FieldOfWork.objects.bulk_create([FieldOfWork(name=name) for name in NAMES])


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
