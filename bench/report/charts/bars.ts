import type { ChartView } from '../chart-view.js';
import { formatTick } from '../numbers.js';
import { FONT_SIZE_PX, type Frame } from './layout.js';
import { barMark, diamondMark, INK, MUTED, RULE, referenceMark } from './marks.js';

const LABEL_WIDTH_PX = 106;

interface Api {
  coord(data: number[]): number[];
}

function barSeries({ panel: { points } }: Frame, index: number) {
  return {
    type: 'custom',
    silent: true,
    z: 3,
    xAxisIndex: index,
    yAxisIndex: index,
    data: points.map(({ measured, predicted }, at) => [measured?.value ?? predicted, at]),
    renderItem(params: { dataIndex: number }, api: Api) {
      const point = points[params.dataIndex];
      if (point === undefined) return null;
      const at = (value: number) => api.coord([value, params.dataIndex]);
      const predicted = point.predicted === null ? null : at(point.predicted);
      if (point.measured === null) return predicted === null ? null : diamondMark(predicted);
      const { low, value, high } = point.measured;
      return barMark(point, { centre: at(value), low: at(low), high: at(high), zero: at(0), predicted });
    },
  };
}

function referenceSeries({ panel: { reference }, top, height }: Frame, index: number) {
  if (reference === null) return [];
  return [
    {
      type: 'custom',
      silent: true,
      z: 2,
      xAxisIndex: index,
      yAxisIndex: index,
      data: [[reference, 0]],
      renderItem(_params: unknown, api: Api) {
        const [x = 0] = api.coord([reference, 0]);
        return referenceMark([x, top], [x, top + height]);
      },
    },
  ];
}

export function barsOption(_chart: ChartView, frames: readonly Frame[]) {
  const labels = { fontSize: FONT_SIZE_PX };
  return {
    xAxis: frames.map(({ panel: { scale } }, gridIndex) => ({
      gridIndex,
      type: 'value',
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      axisLabel: { ...labels, color: MUTED, formatter: formatTick },
      splitLine: { lineStyle: { color: RULE } },
    })),
    yAxis: frames.map(({ panel }, gridIndex) => ({
      gridIndex,
      type: 'category',
      inverse: true,
      data: panel.points.map(({ label }) => label),
      axisLine: { lineStyle: { color: MUTED } },
      axisTick: { show: false },
      axisLabel: { ...labels, color: INK, interval: 0, width: LABEL_WIDTH_PX, overflow: 'truncate' },
    })),
    series: frames.flatMap((frame, index) => [barSeries(frame, index), ...referenceSeries(frame, index)]),
  };
}
