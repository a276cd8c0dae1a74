import { scaleOf } from '../scale.js';
import type { TimelineLine, TimelineView } from '../timeline-view.js';
import { type Drawing, type Frame, WIDTH_PX } from './layout.js';
import { customSeries, dashedLine, RULE, shorten, type ToX, textMark, textStyle, titleOf } from './marks.js';

const LEFT_PX = 50;
const RIGHT_PX = 16;
const TOP_PX = 48;
const TITLE_PX = 23;
const PLOT_PX = 40;
const GAP_PX = 10;
const BELOW_PX = 46;
/** Marks of events that are closer than this stand at different heights. */
const NEAR_PX = 16;
const LEVELS = 3;

/** A line for each strategy, one below the other, and the events across all of them. */
export function timelineDrawing(view: TimelineView): Drawing {
  const width = WIDTH_PX;
  const frames = view.lines.map(
    (_, at): Frame => ({
      left: LEFT_PX,
      top: TOP_PX + TITLE_PX + at * (TITLE_PX + PLOT_PX + GAP_PX),
      width: width - LEFT_PX - RIGHT_PX,
      height: PLOT_PX,
    }),
  );
  const last = frames.at(-1);
  const bottom = (last?.top ?? 0) + PLOT_PX;
  const option = {
    grid: frames,
    title: view.lines.map(({ strategy }, at) =>
      titleOf(shorten(strategy, width - LEFT_PX - RIGHT_PX), (frames[at]?.top ?? 0) - TITLE_PX),
    ),
    xAxis: frames.map((_, at) => timeAxis(view, at, at === frames.length - 1)),
    yAxis: frames.map((_, gridIndex) => shareAxis(gridIndex)),
    series: [
      ...view.lines.map((line, at) => lineSeries(line, at, view.stepSeconds)),
      customSeries(0, [[0, 0]], (_, toX) => drawEvents(view, toX, bottom)),
    ],
  };
  return { width, height: bottom + BELOW_PX, option };
}

function timeAxis({ seconds }: TimelineView, gridIndex: number, isLast: boolean) {
  return {
    gridIndex,
    type: 'value',
    min: 0,
    max: seconds,
    interval: scaleOf([seconds]).step,
    ...(isLast ? { name: 'seconds', nameLocation: 'middle', nameGap: 28, nameTextStyle: textStyle } : {}),
    axisLabel: { ...textStyle, show: isLast, hideOverlap: true, showMaxLabel: false },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  };
}

function shareAxis(gridIndex: number) {
  return {
    gridIndex,
    type: 'value',
    min: 0,
    max: 1,
    interval: 0.5,
    axisLabel: { ...textStyle, formatter: (share: number) => `${100 * share} %` },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE } },
  };
}

function lineSeries({ colour, shares }: TimelineLine, gridIndex: number, stepSeconds: number) {
  const colourName = `var(--c-${colour})`;
  return {
    type: 'line',
    silent: true,
    clip: false,
    xAxisIndex: gridIndex,
    yAxisIndex: gridIndex,
    z: 2,
    data: shares.map((share, at) => [(at + 0.5) * stepSeconds, share]),
    showSymbol: false,
    lineStyle: { color: colourName, width: 2 },
    areaStyle: { color: colourName, opacity: 0.15 },
  };
}

function drawEvents({ events }: TimelineView, toX: ToX, bottom: number) {
  const lastPx: number[] = Array.from({ length: LEVELS }, () => Number.NEGATIVE_INFINITY);
  return events.flatMap(({ seconds, number }) => {
    const x = toX(seconds);
    const level = Math.max(
      0,
      lastPx.findIndex((last) => x - last >= NEAR_PX),
    );
    lastPx[level] = x;
    const y = 8 + 14 * level;
    return [dashedLine({ x, y: y + 8 }, { x, y: bottom }), textMark(String(number), { x, y }, 'center')];
  });
}
