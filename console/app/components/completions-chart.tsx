/** Completed orders over time, counted from the very events behind the figure. */
import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { PlantEvent } from "../api/types.ts";
import { useFormats } from "../hooks/plant.tsx";
import { usePreferences } from "../hooks/preferences.ts";
import { useWords } from "../i18n/index.tsx";
import { palettes } from "../theme.ts";
import { DAY, HOUR, parseInstant } from "../util/brand.ts";
import { binned } from "../util/bins.ts";

register([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** Under the chart at most. */
const LABELS = 4;

interface Props {
  readonly events: readonly PlantEvent[];
  readonly from: number;
  readonly to: number;
}

export default function CompletionsChart({ events, from, to }: Props) {
  const { t } = useWords();
  const formats = useFormats();
  const { theme } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const { bins, step } = binned(events.map((event) => parseInstant(event.at)), from, to, formats.zone);
  const label = `${t("chart.completed")}, ${t("chart.per", { length: formats.length(step) })}`;
  const key = JSON.stringify([bins, theme, label]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says it all
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const palette = palettes[theme];
    const chart = init(element, null, { renderer: "canvas" });
    const group = Math.ceil(bins.length / LABELS);
    const text = { color: palette.soft, fontFamily: "Inter Variable, sans-serif", fontSize: 11 };
    chart.setOption({
      animation: false,
      grid: { left: 4, right: 8, top: 12, bottom: 2, containLabel: true },
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        backgroundColor: palette.card,
        borderColor: palette.line,
        textStyle: { color: palette.text, fontSize: 12 },
      },
      xAxis: {
        type: "category",
        data: bins.map((bin) => (step < DAY ? formats.moment(bin.at) : formats.shortDay(bin.at))),
        axisLine: { lineStyle: { color: palette.line } },
        axisTick: { show: false },
        // One label in the middle of each group of bins: none is cut at an end.
        axisLabel: { ...text, hideOverlap: true, interval: (i: number) => i % group === Math.floor(group / 2) },
      },
      yAxis: {
        type: "value",
        minInterval: 1,
        splitNumber: 3,
        axisLabel: text,
        splitLine: { lineStyle: { color: palette.lineSoft } },
      },
      series: [
        { type: "bar", name: label, data: bins.map((bin) => bin.count), barMaxWidth: 26, barCategoryGap: "28%", itemStyle: { color: palette.running, borderRadius: [2, 2, 0, 0] } },
      ],
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [key]);
  return (
    <figure className="chart">
      <figcaption>
        {t("chart.completed")} <span className="soft">{t("chart.per", { length: step < 2 * DAY && HOUR <= step ? `${formats.number(step / HOUR)} ${t("unit.h")}` : formats.length(step) })}</span>
      </figcaption>
      <div ref={box} className="chart-box" role="img" aria-label={`${label}: ${bins.map((bin) => bin.count).join(", ")}`} />
    </figure>
  );
}
