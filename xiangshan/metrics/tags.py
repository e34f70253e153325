"""How figures are drawn. Rows are written out by hand: a dashboard has hundreds of cells, and a template takes its time for each."""

from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from xiangshan.money import as_yuan
from xiangshan.pages.tags import month_words, number, percent

register = template.Library()
TOO_FEW = SafeString(' <span class="warn text-nowrap">样本不足</span>')
CLOSED = SafeString("</a>")


@register.simple_tag
def figure_value(figure: Any) -> SafeString:
    """A figure as people read it: a share in per cent, money in yuan, a count with its unit."""
    if figure.value is None:
        return format_html("—{}", TOO_FEW if figure.is_withheld else "")
    if figure.metric.is_rate:
        return format_html("{}{}", percent(figure.value), TOO_FEW if figure.too_few else "")
    if figure.metric.is_money:
        return format_html("{}", as_yuan(figure.value))
    return format_html('{}<small class="quiet fs-6"> {}</small>', f"{figure.value:,}", figure.metric.unit)


@register.simple_tag
def pivot_value(figure: Any) -> SafeString:
    """A cell of a pivot, with the way to its rows where one list holds them."""
    if figure is None:
        return SafeString("")
    has_rows = figure.denominator if figure.metric.is_rate else figure.numerator
    return _linked(figure.link if has_rows else "", figure_value(figure))


@register.simple_tag
def figure_link(figure: Any, otherwise: str, is_shared: bool = False) -> SafeString:
    """A figure that leads to its rows, or to the page that names its lists; without a login it leads nowhere."""
    if is_shared:
        return figure_value(figure)
    return format_html('<a href="{}">{}</a>', figure.link or otherwise, figure_value(figure))


def _linked(address: str, words: Any) -> SafeString:
    """Words that lead somewhere, or just words."""
    return format_html('<a href="{}">{}</a>', address, words) if address else conditional_escape(words)


@register.simple_tag
def session_lines(lines: Any, is_shared: bool = False) -> SafeString:
    """Rows of a breakdown of sessions, every number with the way to its sessions; written out by hand, for a dashboard has dozens."""
    row = (
        '<tr><td>{}</td><td class="n">{opened}{}{closed}</td><td class="n">{opened}{}{closed}</td>'
        '<td class="n">{opened}{}{closed}{}</td><td class="n">{opened}{}{closed}</td></tr>'
    )

    def drawn(line: Any) -> SafeString:
        leads = line.link and not is_shared
        return format_html(
            row,
            _linked("" if is_shared else line.drill, line.name),
            number(line.sessions),
            number(line.workers),
            percent(line.rate),
            TOO_FEW if line.responses and line.too_few else "",
            number(line.responses),
            opened=format_html('<a href="{}">', line.link) if leads else "",
            closed=CLOSED if leads else "",
        )

    return SafeString("".join(drawn(line) for line in lines))


@register.simple_tag
def aim_words(aim: Any, is_shared: bool = False) -> SafeString:
    """How far a target is reached, and whether that is behind the year."""
    return format_html(
        '<span class="{}"{}>目标 {}{}</span>',
        "deadline-late" if aim.is_behind else "deadline-done",
        "" if is_shared else format_html(' title="目标依据:{}"', aim.target.reason),
        percent(aim.reached),
        " 落后" if aim.is_behind else "",
    )


@register.simple_tag
def movement_rows(lines: Any, here: str, is_shared: bool = False) -> SafeString:
    """Figures one below the other: name, value, target or change."""
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="n fw-semibold" data-figure="{}">{}</td><td class="n small quiet">{}</td></tr>',
        (
            (
                line.figure.metric.name
                if is_shared
                else format_html(
                    '<a class="quiet" href="{}{}" title="{}">{}</a>',
                    line.detail,
                    here,
                    line.figure.metric.definition,
                    line.figure.metric.name,
                ),
                line.figure.metric.code,
                figure_link(line.figure, f"{line.detail}{here}", is_shared),
                aim_words(line.aim, is_shared) if line.aim else line.change,
            )
            for line in lines
        ),
    )


@register.simple_tag
def trend_rows(lines: Any, is_shared: bool = False) -> SafeString:
    """The months, each number with the way to its sessions."""

    def cell(address: str, value: int) -> SafeString:
        return _linked("" if is_shared or not value else address, number(value))

    return format_html_join(
        "",
        '<tr><td>{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td></tr>',
        (
            (
                month_words(line.month),
                cell(line.link, line.sessions),
                cell(line.link_before, line.sessions_before),
                cell(line.link, line.workers),
                cell(line.link_before, line.workers_before),
            )
            for line in lines
        ),
    )


@register.simple_tag
def town_tiles(tiles: Any, is_shared: bool = False) -> SafeString:
    """Towns at their places; each leads to its own dashboard."""
    tag = "div" if is_shared else "a"
    return format_html_join(
        "",
        '<{} class="tile at-row-{} at-column-{} shade-{}"{}><span>{}</span><strong>{}</strong></{}>',
        (
            (
                tag,
                tile.row,
                tile.column,
                tile.shade,
                "" if is_shared else format_html(' href="{}"', tile.line.drill),
                tile.line.name,
                number(tile.line.workers),
                tag,
            )
            for tile in tiles
        ),
    )
