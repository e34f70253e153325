"""What the law says, and what is known of days off."""

from datetime import date

from django.db import migrations

# code, count, unit, last day rolls over, article, afterwards, in force from, to
TERMS = [
    ("acceptance", 3, "working", False, "企业劳动争议协商调解规定第二十二条", "应已受理，或书面告知不予受理", date(2012, 1, 1), None),
    (
        "mediation",
        15,
        "day",
        False,
        "劳动争议调解仲裁法第十四条；企业劳动争议协商调解规定第二十九条",
        "没有达成协议的，当事人可以申请劳动仲裁",
        date(2008, 5, 1),
        None,
    ),
    ("arbitration", 1, "year", True, "劳动争议调解仲裁法第二十七条；民法典第二百零三条", "仲裁时效可能已过", date(2008, 5, 1), None),
    ("review", 15, "day", True, "企业劳动争议协商调解规定第二十七条", "不能再共同申请仲裁审查", date(2012, 1, 1), None),
    ("confirmation", 30, "day", True, "人民调解法第三十三条", "不能再共同申请司法确认", date(2011, 1, 1), date(2023, 12, 31)),
    ("confirmation", 30, "day", True, "民事诉讼法（2023 年修正）第二百零五条", "不能再共同申请司法确认", date(2024, 1, 1), None),
    ("payment_order", 1, "day", False, "劳动争议调解仲裁法第十六条", "职工可以持协议书申请支付令", date(2008, 5, 1), None),
]


def fill(apps, schema_editor):
    from mediation.holidays import announced_years, days_of_year

    get = lambda name: apps.get_model("mediation", name)  # noqa: E731
    get("StatutoryTerm").objects.bulk_create(
        get("StatutoryTerm")(
            code=code,
            count=count,
            unit=unit,
            rolls_over=rolls,
            article=article,
            afterwards=afterwards,
            effective_from=begin,
            effective_to=end,
        )
        for code, count, unit, rolls, article, afterwards, begin, end in TERMS
    )
    for year in sorted(announced_years()):
        get("CalendarYear").objects.create(year=year, source="国务院办公厅节假日安排通知")
        get("CalendarDay").objects.bulk_create(
            get("CalendarDay")(day=day, is_working=working, name=name) for day, working, name in days_of_year(year)
        )


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
