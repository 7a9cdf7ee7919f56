/* Draws each [data-chart] from the JSON in the page; the table beside it says the same without a script. */
"use strict";

const INK = "#16202b";
const MUTED = "#526070";
const LINE = "#d9e0e6";
const TONES = { strong: "#0b5a7d", quiet: "#7b8794" };

// Two labels at the ends of lines that end close together are pushed apart.
function offsets(lines) {
  const ends = lines.map((line) => line.values[line.values.length - 1]);
  const most = Math.max(1, ...lines.flatMap((line) => line.values));
  const close = Math.abs(ends[0] - ends[1]) < most * 0.07;
  return ends.map((end, place) => (close ? ((place === 0) === (ends[0] >= ends[1]) ? -9 : 9) : 0));
}

function series(line, offset) {
  const color = TONES[line.tone];
  return {
    name: line.name,
    type: "line",
    data: line.values,
    symbol: "circle",
    symbolSize: 6,
    showSymbol: line.values.length <= 31,
    lineStyle: { width: line.tone === "strong" ? 3 : 2, color },
    itemStyle: { color },
    endLabel: { show: true, formatter: "{a}", color: line.tone === "strong" ? color : MUTED, fontWeight: line.tone === "strong" ? 700 : 400, offset: [0, offset] },
    emphasis: { disabled: true },
  };
}

function option(data, text) {
  const apart = offsets(data.lines);
  return {
    animation: false,
    textStyle: { fontFamily: text, color: INK },
    grid: { left: 8, right: 112, top: 16, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: { type: "category", data: data.days, boundaryGap: false, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: MUTED, hideOverlap: true } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED, formatter: (value) => value.toLocaleString(document.documentElement.lang) } },
    series: data.lines.map((line, place) => series(line, apart[place])),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const text = getComputedStyle(document.body).fontFamily;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(option(data, text));
  new ResizeObserver(() => chart.resize()).observe(place);
}
