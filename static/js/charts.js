// Draws charts above tables that already say the same: the table is the source, the chart a picture of it.
(() => {
  const red = "#b3141f";
  const grey = "#b9b4ac";
  const number = (cell) => Number((cell.dataset.value ?? cell.textContent).replace(/[^\d.-]/g, "")) || 0;

  // A second series is told apart by its pattern and its shape as well, not by colour alone.
  const striped = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: -Math.PI / 4, color: "rgba(0, 0, 0, 0.35)" };

  const read = (table) => {
    const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
    const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.cells]).filter((cells) => cells.length > 1);
    return { heads, rows };
  };

  const options = {
    trend: ({ heads, rows, target }) => ({
      aria: { enabled: true, decal: { show: true, decals: [{ symbol: "none" }, striped] } },
      color: [red, grey],
      legend: { top: 0, left: "center" },
      grid: { left: 44, right: target ? 36 : 12, top: 34, bottom: 26 },
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", data: rows.map((row) => row[0].textContent.trim()) },
      yAxis: { type: "value", minInterval: 1 },
      series: [1, 2].map((n) => ({
        name: heads[n],
        type: n === 1 ? "bar" : "line",
        symbol: "diamond",
        symbolSize: 7,
        data: rows.map((row) => number(row[n])),
        ...(n === 1 && target && rows.length === 12
          ? { markLine: { symbol: "none", lineStyle: { type: "dashed", color: "#3f6fa8" }, label: { formatter: "目标", position: "end" }, data: [{ yAxis: target / 12 }] } }
          : {}),
      })),
    }),
    months: ({ heads, rows }) => ({
      color: [red, grey, "#3f6fa8"],
      legend: { top: 0, left: "center" },
      grid: { left: 60, right: 12, top: 34, bottom: 26 },
      tooltip: { trigger: "axis" },
      xAxis: { type: "category", data: rows.map((row) => row[0].textContent.trim()) },
      yAxis: { type: "value" },
      series: heads.slice(1).filter((head) => head !== "分子 / 分母").map((head, n) => ({
        name: head,
        type: "line",
        symbol: ["circle", "diamond", "triangle"][n],
        symbolSize: 8,
        lineStyle: { type: ["solid", "dashed", "dotted"][n] },
        data: rows.map((row) => (row[n + 1].textContent.trim().startsWith("—") ? null : number(row[n + 1]))),
      })),
    }),
    growth: ({ heads, rows }) => ({
      color: [red, "#d98b30", "#3f6fa8"],
      legend: { top: 0, left: "center" },
      grid: { left: 40, right: 16, top: 34, bottom: 26 },
      tooltip: { trigger: "axis" },
      xAxis: { type: "time" },
      yAxis: { type: "value" },
      series: [1, 2, 3].map((n) => ({
        name: heads[n],
        type: "line",
        data: rows.map((row) => [row[0].dataset.value, number(row[n])]),
      })),
    }),
    bars: ({ heads, rows, column }) => ({
      color: [red],
      grid: { left: 8, right: 40, top: 4, bottom: 4, containLabel: true },
      tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: rows.map((row) => row[0].textContent.trim()), axisLine: { show: false }, axisTick: { show: false } },
      series: [{ name: heads[column], type: "bar", label: { show: true, position: "right" }, data: rows.map((row) => number(row[column])) }],
    }),
  };

  // Letters in the size and colour of the page around them: on a wall they are read from four metres, at night on dark paper.
  const themeOf = (place) => {
    const style = getComputedStyle(place);
    const fontSize = Math.max(12, Math.round(parseFloat(style.fontSize) * 0.8));
    const letters = { color: style.color, fontSize, fontFamily: style.fontFamily };
    const axis = { axisLabel: letters };
    return { textStyle: letters, legend: { textStyle: letters }, categoryAxis: axis, valueAxis: axis, timeAxis: axis };
  };
  const ON_PAPER = { color: "#22252a", fontSize: 14 };
  const paper = { legend: { textStyle: ON_PAPER }, categoryAxis: { axisLabel: ON_PAPER }, valueAxis: { axisLabel: ON_PAPER }, timeAxis: { axisLabel: ON_PAPER } };

  // Months of one year are told by their number alone.
  const shortMonths = ({ xAxis, ...option }) => {
    const years = new Set((xAxis?.data || []).map((text) => text.match(/^\d{4} 年 /)?.[0]));
    if (years.size !== 1 || years.has(undefined)) return { ...option, xAxis };
    return { ...option, xAxis: { ...xAxis, data: xAxis.data.map((text) => text.replace(/^\d{4} 年 /, "").replace(" ", "")) } };
  };

  const captionOf = (table) => {
    const heading = table.closest("section, .panel")?.querySelector("h2, h3");
    return [document.querySelector("h1")?.textContent.trim(), heading?.firstChild?.textContent.trim()].filter(Boolean).join(" ");
  };

  // A picture for Word: white paper, its caption on it, twice as fine as the screen.
  const save = (table, option) => {
    const place = document.createElement("div");
    const caption = captionOf(table);
    const chart = window.echarts.init(place, paper, { renderer: "canvas", width: 900, height: table.dataset.chart === "bars" ? 120 + option.yAxis.data.length * 34 : 420, devicePixelRatio: 2 });
    const grid = { ...option.grid, top: Number(option.grid.top) + 44 };
    chart.setOption({ animation: false, backgroundColor: "#fff", ...option, grid, legend: option.legend && { ...option.legend, top: 40 }, title: { text: caption, left: "center", top: 10 } });
    const link = document.createElement("a");
    link.download = `${caption}.png`;
    link.href = chart.getDataURL({ type: "png", pixelRatio: 2 });
    link.click();
    chart.dispose();
  };

  document.querySelectorAll("table[data-chart]").forEach((table) => {
    const data = { ...read(table), column: Number(table.dataset.column || 2), target: Number(table.dataset.target || 0) };
    if (!data.rows.length) return;
    const place = document.createElement("div");
    place.className = "chart";
    place.setAttribute("aria-hidden", "true"); // the table below says it in words
    const scroll = table.closest(".scroll");
    scroll.before(place);
    if ("fold" in table.dataset) {
      const details = document.createElement("details");
      details.dataset.prints = "";
      details.innerHTML = "<summary>数据表</summary>";
      scroll.before(details);
      details.append(scroll);
    }
    if (table.dataset.chart === "bars") place.style.height = `${Math.max(6, data.rows.length * 1.75)}rem`;
    const theme = themeOf(place);
    const chart = window.echarts.init(place, theme, { renderer: "svg" });
    const option = shortMonths(options[table.dataset.chart](data));
    const larger = theme.textStyle.fontSize / 12;
    const grid = Object.fromEntries(Object.entries(option.grid).map(([side, room]) => [side, typeof room === "number" ? Math.round(room * larger) : room]));
    chart.setOption({ animation: false, ...option, grid });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary chart-save no-print";
    button.textContent = "存为图片";
    button.addEventListener("click", () => save(table, option));
    place.after(button);
    window.addEventListener("resize", () => chart.resize());
    // One that was folded away had no width to be drawn in.
    const fold = place.closest("details");
    if (fold) fold.addEventListener("toggle", () => chart.resize());
  });
})();
