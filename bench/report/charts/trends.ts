import type { ChartPanel, ChartView } from '../chart-view.js';
import { formatTick } from '../numbers.js';
import { FONT_SIZE_PX, type Frame } from './layout.js';
import { dotMark, MUTED, PAPER, RULE } from './marks.js';

const LETTER_WIDTH_PX = 7.2;
const DIAMOND_PX = 14;

/** Labels are worth having where they do not run into each other in any panel. */
function haveRoomForLabels(frames: readonly Frame[]): boolean {
  return frames.every(({ panel, width }) => {
    const longest = Math.max(...panel.points.map(({ text }) => text.length));
    return longest * LETTER_WIDTH_PX < width / panel.points.length;
  });
}

function measuredSeries(frame: Frame, index: number, isLabelled: boolean) {
  const { points } = frame.panel;
  const room = { bandPx: frame.width / points.length, isLabelled };
  return {
    type: 'custom',
    silent: true,
    z: 3,
    xAxisIndex: index,
    yAxisIndex: index,
    data: points.map(({ value }, at) => [at, value]),
    renderItem(params: { dataIndex: number }, api: { coord(data: number[]): number[] }) {
      const point = points[params.dataIndex];
      if (point === undefined) return null;
      const at = (value: number) => api.coord([params.dataIndex, value]);
      return dotMark(point, { centre: at(point.value), low: at(point.low), high: at(point.high) }, room);
    },
  };
}

/** A dashed line with an open diamond at each prediction: a measurement that agrees sits inside it. */
function predictedSeries({ points }: ChartPanel, index: number) {
  return {
    type: 'line',
    silent: true,
    z: 2,
    xAxisIndex: index,
    yAxisIndex: index,
    data: points.map(({ predicted }) => predicted),
    symbol: 'diamond',
    symbolSize: DIAMOND_PX,
    showAllSymbol: true,
    itemStyle: { color: PAPER, borderColor: MUTED, borderWidth: 1.25 },
    lineStyle: { color: MUTED, width: 1.25, type: [4, 3] },
  };
}

export function trendsOption({ axisTitle }: ChartView, frames: readonly Frame[]) {
  const isLabelled = haveRoomForLabels(frames);
  const labels = { color: MUTED, fontSize: FONT_SIZE_PX };
  return {
    xAxis: frames.map(({ panel }, gridIndex) => ({
      gridIndex,
      type: 'category',
      data: panel.points.map(({ label }) => label),
      name: axisTitle,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: labels,
      axisLine: { lineStyle: { color: MUTED } },
      axisTick: { show: false },
      axisLabel: { ...labels, hideOverlap: true },
    })),
    yAxis: frames.map(({ panel: { scale } }, gridIndex) => ({
      gridIndex,
      type: 'value',
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      axisLabel: { ...labels, formatter: formatTick },
      splitLine: { lineStyle: { color: RULE } },
    })),
    series: frames.flatMap((frame, index) => [
      predictedSeries(frame.panel, index),
      measuredSeries(frame, index, isLabelled),
    ]),
  };
}
