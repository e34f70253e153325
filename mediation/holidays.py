"""What the State Council announced of days off, as the package chinesecalendar knows it. Of other years it knows nothing."""

from datetime import date

from chinese_calendar import constants

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def announced_years() -> set[int]:
    return {day.year for day in constants.holidays}


def days_of_year(year: int) -> list[tuple[date, bool, str]]:
    """(day, worked or not, name) of every day that is not what its weekday says."""
    off = [(day, False, _name(name)) for day, name in constants.holidays.items() if day.weekday() < 5]
    on = [(day, True, f"{_name(name)}调休上班") for day, name in constants.workdays.items() if day.weekday() >= 5]
    return sorted(item for item in [*off, *on] if item[0].year == year)


def _name(name: object) -> str:
    return NAMES.get(str(name), str(name))[:12]
