/* Draws each [data-chart] from the JSON in the page; the table beside it says the same without a script. */
"use strict";

const INK = "#16202b";
const MUTED = "#526070";
const LINE = "#d9e0e6";
const TONES = { strong: "#0b5a7d", quiet: "#7b8794" };

function series(line) {
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
    endLabel: { show: true, formatter: "{a}", color: line.tone === "strong" ? color : MUTED, fontWeight: line.tone === "strong" ? 700 : 400 },
    labelLayout: { moveOverlap: "shiftY" },
    emphasis: { disabled: true },
  };
}

function option(data, text) {
  return {
    animation: false,
    textStyle: { fontFamily: text, color: INK },
    grid: { left: 8, right: 112, top: 16, bottom: 8, containLabel: true },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: { type: "category", data: data.days, boundaryGap: false, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: MUTED, hideOverlap: true } },
    yAxis: { type: "value", min: 0, minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: MUTED, formatter: (value) => value.toLocaleString(document.documentElement.lang) } },
    series: data.lines.map(series),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const text = getComputedStyle(document.body).fontFamily;
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(option(data, text));
  new ResizeObserver(() => chart.resize()).observe(place);
}
