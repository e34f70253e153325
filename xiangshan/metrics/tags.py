"""How figures are drawn. Rows are written out by hand: a dashboard has hundreds of cells, and a template takes its time for each.

Whatever a person wrote goes through `escape`; numbers and what is drawn here do not need it.
"""

from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

from xiangshan.core.money import as_yuan
from xiangshan.shared.tags import month_name, number, percent

register = template.Library()
TOO_FEW = SafeString(' <span class="warn text-nowrap">样本不足</span>')


@register.simple_tag
def figure_value(figure: Any) -> SafeString:
    """A figure as people read it: a share in per cent, money in yuan, a count with its unit."""
    if figure.value is None:
        return SafeString(f"—{TOO_FEW if figure.is_withheld else ''}")
    if figure.metric.is_rate:
        return SafeString(f"{percent(figure.value)}{TOO_FEW if figure.too_few else ''}")
    if figure.metric.is_money:
        return SafeString(escape(as_yuan(figure.value)))
    return SafeString(f'{figure.value:,}<small class="quiet fs-6"> {escape(figure.metric.unit)}</small>')


@register.simple_tag
def pivot_value(figure: Any) -> SafeString:
    """A cell of a pivot, with the way to its rows where one list holds them."""
    if figure is None:
        return SafeString("")
    has_rows = figure.denominator if figure.metric.is_rate else figure.numerator
    return SafeString(_linked(figure.link if has_rows else "", figure_value(figure)))


@register.simple_tag
def figure_link(figure: Any, otherwise: str, is_shared: bool = False) -> SafeString:
    """A figure that leads to its rows, or to the page that names its lists; without a login it leads nowhere."""
    return SafeString(_linked("" if is_shared else figure.link or otherwise, figure_value(figure)))


def _linked(address: str, text: str) -> str:
    """Words that lead somewhere, or just words; the words are markup already, the address is not."""
    return f'<a href="{escape(address)}">{text}</a>' if address else text


@register.simple_tag
def session_lines(lines: Any, is_shared: bool = False) -> SafeString:
    """Rows of a breakdown of sessions, every number with the way to its sessions."""

    def drawn(line: Any) -> str:
        address = "" if is_shared else line.link
        name = _linked("" if is_shared else line.drill, escape(str(line.name)))
        rate = _linked(address, percent(line.rate)) + (TOO_FEW if line.responses and line.too_few else "")
        cells = (
            _linked(address, number(line.sessions)),
            _linked(address, number(line.workers)),
            rate,
            _linked(address, number(line.responses)),
        )
        return f"<tr><td>{name}</td>{''.join(map(_number_cell, cells))}</tr>"

    return SafeString("".join(map(drawn, lines)))


def _number_cell(text: str) -> str:
    return f'<td class="n">{text}</td>'


@register.simple_tag
def aim_text(aim: Any, is_shared: bool = False) -> SafeString:
    """How far a target is reached, and whether that is behind the year."""
    css, behind = ("deadline-late", " 落后") if aim.is_behind else ("deadline-done", "")
    title = "" if is_shared else f' title="目标依据：{escape(aim.target.reason)}"'
    return SafeString(f'<span class="{css}"{title}>目标 {percent(aim.reached)}{behind}</span>')


@register.simple_tag
def aim_bar(aim: Any) -> SafeString:
    """A target as a bar: what is reached, and a mark where the year is now."""
    reached = min(aim.reached or 0, 1) * 100
    text = f"目标完成 {percent(aim.reached)}" + (f"，按时间应到 {percent(aim.pace)}" if aim.pace < 1 else "")
    mark = f'<rect class="pace" x="{min(aim.pace * 100, 99):.1f}" width="1" height="8"/>' if aim.pace < 1 else ""
    return SafeString(
        f'<svg class="aim-bar{" late" if aim.is_behind else ""}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        f'aria-label="{text}"><rect class="track" width="100" height="8"/>'
        f'<rect class="done" width="{reached:.1f}" height="8"/>{mark}</svg>'
    )


@register.simple_tag
def movement_rows(lines: Any, here: str, is_shared: bool = False) -> SafeString:
    """Figures one below the other: name, value, target or change."""

    def drawn(line: Any) -> str:
        metric, detail = line.figure.metric, f"{line.detail}{here}"
        name = escape(metric.name)
        if not is_shared:
            name = f'<a class="quiet" href="{escape(detail)}" title="{escape(metric.definition)}">{name}</a>'
        value = figure_link(line.figure, detail, is_shared)
        beside = aim_text(line.aim, is_shared) if line.aim else escape(line.change)
        return (
            f'<tr><th scope="row">{name}</th><td class="n fw-semibold" data-figure="{metric.code}">{value}</td>'
            f'<td class="n small quiet">{beside}</td></tr>'
        )

    return SafeString("".join(map(drawn, lines)))


@register.simple_tag
def trend_rows(lines: Any, is_shared: bool = False) -> SafeString:
    """The months, each number with the way to its sessions."""

    def cell(address: str, value: int) -> str:
        return _number_cell(_linked("" if is_shared or not value else address, number(value)))

    return SafeString(
        "".join(
            f"<tr><td>{month_name(line.month)}</td>{cell(line.link, line.sessions)}"
            f"{cell(line.link_before, line.sessions_before)}{cell(line.link, line.workers)}"
            f"{cell(line.link_before, line.workers_before)}</tr>"
            for line in lines
        )
    )


@register.simple_tag
def town_shapes(town_map: Any, is_shared: bool = False) -> SafeString:
    """Towns as a map, each a link to what it says, with the number under which the map was reviewed."""

    def drawn(one: Any) -> str:
        said = f"{one.name} {one.said}".strip()
        name = f'<text x="{one.x}" y="{one.y}">{escape(one.name)}</text>'
        shape = f'<path class="shade-{one.shade}" d="{one.path}"><title>{escape(said)}</title></path>'
        number = f'<text class="said" x="{one.x}" y="{one.y + 34}">{escape(one.said)}</text>' if one.said else ""
        letters = f'<g class="on-{one.shade}" aria-hidden="true">{name}{number}</g>'
        if is_shared or not one.href:
            return f'<g role="img" aria-label="{escape(said)}">{shape}{letters}</g>'
        return f'<a href="{escape(one.href)}" aria-label="{escape(said)}">{shape}{letters}</a>'

    shapes = "".join(map(drawn, town_map.shapes))
    return SafeString(
        f'<svg class="town-map" viewBox="-4 -4 {town_map.width + 8} {town_map.height + 8}" role="group" aria-label="各镇街地图">'
        f'{shapes}</svg><p class="quiet small review-number">审图号：{escape(town_map.review_number)}</p>'
    )


@register.simple_tag
def town_tiles(tiles: Any, is_shared: bool = False) -> SafeString:
    """Towns at their places; each leads to its own dashboard."""

    def drawn(tile: Any) -> str:
        css = f"tile at-row-{tile.row} at-column-{tile.column} shade-{tile.shade}"
        text = (
            f"<span>{escape(str(tile.line.name))}</span><strong>{number(tile.line.workers)}"
            '<span class="visually-hidden"> 人次</span></strong>'
        )
        if is_shared:
            return f'<div class="{css}">{text}</div>'
        return f'<a class="{css}" href="{escape(tile.line.drill)}">{text}</a>'

    return SafeString("".join(map(drawn, tiles)))
