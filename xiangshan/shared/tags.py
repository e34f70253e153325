"""Template tags used on every page (loaded as built-ins)."""

import re
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xiangshan.core import limits
from xiangshan.core.areas.counties import county_at
from xiangshan.core.money import as_yuan

register = template.Library()


@cache
def _sprite() -> str:
    return static("vendor/icons.svg")


@register.simple_tag
def badge(status: str, label: str) -> SafeString:
    """A record's status: a word on the colour of its kind."""
    return format_html('<span class="badge s-{}">{}</span>', status, label)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', _sprite(), name)


@register.filter
def yuan(amount: Decimal | int | None) -> str:
    return "" if amount is None else as_yuan(amount)


@register.filter
def number(value: Any) -> str:
    return "" if value is None else f"{value:,}"


@register.filter
def percent(value: Any) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


@register.simple_tag(takes_context=True)
def with_params(context: Any, **changes: Any) -> str:
    """The address of this page with some parameters changed; None takes one away. The page key never survives a change."""
    params = QueryDict(mutable=True)
    params.update(
        context["request"].GET
    )  # words only: a copy in depth takes ten times as long, for each head of a list
    for name in ("after", "before"):
        params.pop(name, None)
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = value
    return "?" + params.urlencode()


@register.filter
def with_class(field: Any, css: str) -> SafeString:
    """The control with its classes; its name for a screen reader too, where the label is a table's head."""
    return field.as_widget(attrs={"class": css, "aria-label": str(field.label)})


@register.filter
def month_name(month: int) -> str:
    return f"{month // 100} 年 {month % 100} 月"


@register.simple_tag
def address(name: str, *args: Any) -> str:
    """A page's address, as `url` gives it; arguments a component was not given are left out."""
    return reverse(name, args=[arg for arg in args if arg not in (None, "")])


@register.inclusion_tag("components/_errors.html")
def error_summary(form: Any, formsets: Any = ()) -> dict[str, Any]:
    """What is wrong in a form and its rows, each a link to its field; what concerns the whole form is said above it."""
    found = [(field.id_for_label, field.label, error) for field in form for error in field.errors]
    for formset in formsets or ():
        for n, row in enumerate(formset.forms, start=1):
            where = f"{formset.title}第 {n} 行"
            found += [(field.id_for_label, f"{where}“{field.label}”", error) for field in row for error in field.errors]
            found += [("", where, error) for error in row.non_field_errors()]
    return {"errors": [(target, f"{label}：{error}") for target, label, error in found]}


@register.simple_tag(takes_context=True)
def help_for(context: Any, words: str) -> SafeString:
    """The way to the task of the manual that a form is about."""
    return format_html(
        '<a class="help-link" href="{}?{}">{} 怎么做</a>',
        reverse("help_page"),
        urlencode({"q": re.split("：", str(words))[0]}),
        icon("question-circle"),
    )


@register.simple_tag
def limit(name: str) -> int:
    """A limit of core/limits.py, as sentences say it. Raises AttributeError for a name that is none."""
    return int(getattr(limits, name))


@register.simple_tag
def union_at(area_id: int) -> str:
    """What the union of the county calls itself in which an area lies."""
    return str(county_at(area_id))
