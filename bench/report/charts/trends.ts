import type { ChartView } from '../chart-view.js';
import { textStyle, valueAxis } from './axes.js';
import type { Frame } from './layout.js';
import { MUTED } from './marks.js';
import { type Across, haveRoomForLabels, limitSeries, measuredSeries, predictedSeries } from './points.js';

const byPlace: Across = (_point, index) => index;

function bandOf({ panel, width }: Frame): number {
  return width / panel.points.length;
}

export function trendsOption({ axisTitle }: ChartView, frames: readonly Frame[]) {
  const isLabelled = haveRoomForLabels(frames, bandOf);
  return {
    xAxis: frames.map(({ panel }, gridIndex) => ({
      gridIndex,
      type: 'category',
      data: panel.points.map(({ label }) => label),
      name: axisTitle,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: textStyle,
      axisLine: { lineStyle: { color: MUTED } },
      axisTick: { show: false },
      axisLabel: { ...textStyle, hideOverlap: true },
    })),
    yAxis: frames.map(({ panel }, gridIndex) => valueAxis(panel.scale, gridIndex)),
    series: frames.flatMap((frame, index) => [
      predictedSeries(frame, index, byPlace),
      ...limitSeries(frame, index, byPlace),
      measuredSeries(frame, index, { across: byPlace, bandPx: bandOf(frame), isLabelled }),
    ]),
  };
}
