/** The growth curve as a picture, in colours that can be read on white and on black. */
import { LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { Growth } from "./growth.ts";

const size = { width: 800, height: 420 };
const ink = "#6e7781";
const rule = "#6e778140";
const colours = ["#cf5a1f", "#8a5cd6", "#2878d4", "#1a8f7a", "#6e7781"];
const text = { color: ink, fontFamily: "sans-serif", fontSize: 13 };

/** SVG. Linear upwards and from zero, so that no growth looks smaller than it is; logarithmic to the right. */
export function drawGrowth({ counts, curves, unit }: Growth): string {
  use([LineChart, GridComponent, LabelLayout, SVGRenderer]);
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption({
    animation: false,
    color: colours,
    textStyle: text,
    grid: { left: 60, right: 200, top: 44, bottom: 56 },
    xAxis: {
      type: "log",
      name: "environments (logarithmic)",
      nameLocation: "middle",
      nameGap: 34,
      nameTextStyle: text,
      min: 1,
      max: counts.at(-1),
      axisLine: { lineStyle: { color: ink } },
      axisTick: { customValues: counts, lineStyle: { color: ink } },
      axisLabel: { ...text, customValues: counts },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      name: `times ${unit.name} with one session`,
      nameTextStyle: { ...text, align: "left", padding: [0, 0, 6, -40] },
      min: 0,
      axisLabel: text,
      splitLine: { lineStyle: { color: rule } },
    },
    series: curves.map(({ name, medians }) => ({
      type: "line",
      name,
      data: counts.map((count, index) => [count, (medians[index] ?? NaN) / unit.ms]),
      symbol: "circle",
      symbolSize: 6,
      lineStyle: { width: 2 },
      endLabel: { ...text, show: true, formatter: "{a}", distance: 10, lineHeight: 18 },
      labelLayout: { moveOverlap: "shiftY" },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg.trim()}\n`;
}
