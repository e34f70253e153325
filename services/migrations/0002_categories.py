from django.db import migrations

CATEGORIES = [
    ("arts", "文化艺术"),
    ("psychology", "心理关爱"),
    ("health", "健康服务"),
    ("matchmaking", "婚恋交友"),
    ("sport", "体育健身"),
    ("law", "法律服务"),
    ("rescue", "应急救援"),
    ("safety", "安全培训"),
    ("handy", "便民服务"),
    ("other", "其他服务"),
]
DEPARTMENTS = ["组织建设部", "宣传教育部", "权益保障部", "经济技术部", "女职工委员会", "职工服务中心"]


def load(apps, schema_editor):
    apps.get_model("services", "ServiceCategory").objects.bulk_create(
        [apps.get_model("services", "ServiceCategory")(code=code, name=name) for code, name in CATEGORIES]
    )
    apps.get_model("services", "Department").objects.bulk_create([apps.get_model("services", "Department")(name=name) for name in DEPARTMENTS])


class Migration(migrations.Migration):
    dependencies = [("services", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
