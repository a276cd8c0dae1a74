import type { ChartView } from '../chart-view.js';
import type { Scale } from '../scale.js';
import { textStyle, valueAxis } from './axes.js';
import type { Frame } from './layout.js';
import { MUTED } from './marks.js';
import { type Across, haveRoomForLabels, limitSeries, measuredSeries, predictedSeries } from './points.js';

const LEAST_TICK_PX = 28;

const byNumber: Across = ({ across }) => across;

/** Thin, below the dots: between two points nothing was measured. */
function joiningSeries({ panel: { points } }: Frame, index: number) {
  return {
    type: 'line',
    silent: true,
    z: 2,
    xAxisIndex: index,
    yAxisIndex: index,
    data: points.map(({ across, measured }) => [across, measured?.value ?? null]),
    symbol: 'none',
    lineStyle: { color: `var(--c-${points[0]?.colour ?? 'grey'})`, width: 1.25 },
  };
}

/** Where the ticks' labels would run into each other, every second tick has to do. */
function roomyScale(scale: Scale, widthPx: number): Scale {
  const tickPx = (widthPx * scale.step) / (scale.max - scale.min);
  return tickPx < LEAST_TICK_PX ? { ...scale, step: 2 * scale.step } : scale;
}

export function curvesOption({ axisTitle, acrossScale }: ChartView, frames: readonly Frame[]) {
  const closestPx = ({ panel: { points }, width }: Frame) => {
    const gaps = points.slice(1).map(({ across }, at) => across - (points[at]?.across ?? 0));
    return (Math.min(acrossScale.max, ...gaps) / acrossScale.max) * width;
  };
  const isLabelled = haveRoomForLabels(frames, closestPx);
  return {
    xAxis: frames.map(({ width }, gridIndex) => ({
      ...valueAxis(roomyScale(acrossScale, width), gridIndex),
      name: axisTitle,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: textStyle,
      axisLine: { lineStyle: { color: MUTED } },
      splitLine: { show: false },
    })),
    yAxis: frames.map(({ panel }, gridIndex) => valueAxis(panel.scale, gridIndex)),
    series: frames.flatMap((frame, index) => [
      predictedSeries(frame, index, byNumber),
      ...limitSeries(frame, index, byNumber),
      joiningSeries(frame, index),
      measuredSeries(frame, index, { across: byNumber, bandPx: closestPx(frame), isLabelled }),
    ]),
  };
}
