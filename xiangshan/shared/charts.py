"""Charts for paper, drawn on the server: readable without colour, and the same bytes for the same numbers."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Literal

from django.conf import settings
from pylopdf_fonts_zh_cn import serif_path

RED, GREY = "#b3141f", "#c9c6c1"
HATCHES = ("", "////")  # a second series is told apart by its pattern as well
INCH = 2.54  # centimetres


@dataclass(frozen=True)
class Chart:
    """Bars lying (one series, many names) or standing (months, beside the year before), with what each says written on it."""

    kind: Literal["bars", "columns"]
    labels: Sequence[str]
    series: Sequence[tuple[str, Sequence[float]]]

    @property
    def size(self) -> tuple[float, float]:
        """Centimetres: the width of a page's text, and as high as the bars need."""
        return 15.6, (6.2 if self.kind == "columns" else 1.2 + 0.62 * len(self.labels))


@cache
def _font() -> Any:
    """The font of the documents; matplotlib is loaded when the first chart is drawn, not with the portal."""
    os.environ.setdefault("MPLCONFIGDIR", str(settings.VAR / "matplotlib"))
    from matplotlib import rcParams
    from matplotlib.font_manager import FontProperties

    rcParams["svg.hashsalt"] = "portal"  # else ids in a picture are other ones each time
    rcParams["svg.fonttype"] = "path"
    rcParams["hatch.linewidth"] = 0.6
    return FontProperties(fname=str(serif_path()), size=8)


def draw(chart: Chart, form: Literal["svg", "png"]) -> bytes:
    """The chart as a picture, without a date or the name of a program in it."""
    font = _font()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(chart.size[0] / INCH, chart.size[1] / INCH), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    (_columns if chart.kind == "columns" else _bars)(axes, chart, font)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(font)
    file = BytesIO()
    kept: dict[str, Any] = {"Date": None, "Creator": None} if form == "svg" else {"Software": None}
    figure.savefig(file, format=form, dpi=200, metadata=kept)
    return file.getvalue()


def _columns(axes: Any, chart: Chart, font: Any) -> None:
    places = range(len(chart.labels))
    width = 0.8 / max(1, len(chart.series))
    for n, (name, values) in enumerate(chart.series):
        at = [place + (n - (len(chart.series) - 1) / 2) * width for place in places]
        made = axes.bar(
            at,
            values,
            width,
            label=name,
            color=(RED, GREY)[n % 2],
            hatch=HATCHES[n % 2],
            edgecolor="white",
            linewidth=0.5,
        )
        if not n:
            axes.bar_label(made, fmt="{:,.0f}", fontproperties=font, padding=1)
    axes.set_xticks(list(places), chart.labels)
    if len(chart.series) > 1:
        axes.legend(prop=font, frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.18), ncols=2)


def _bars(axes: Any, chart: Chart, font: Any) -> None:
    _, values = chart.series[0]
    places = range(len(chart.labels))
    made = axes.barh(list(places), values, 0.66, color=RED)
    axes.bar_label(made, fmt="{:,.0f}", fontproperties=font, padding=2)
    axes.set_yticks(list(places), chart.labels)
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.margins(x=0.12, y=0.01)
