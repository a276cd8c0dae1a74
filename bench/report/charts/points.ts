import type { ChartPoint } from '../chart-view.js';
import type { Scale } from '../scale.js';
import type { Frame } from './layout.js';
import { DIAMOND_PX, dotMark, MUTED, PAPER, referenceMark } from './marks.js';

const LETTER_WIDTH_PX = 7.2;

interface Api {
  coord(data: number[]): number[];
}

/** Where a point stands across a panel: its number in the row, or its number on the axis. */
export type Across = (point: ChartPoint, index: number) => number;

/** Labels are worth having where they do not run into each other in any panel. `stepPx`: the least room between two points. */
export function haveRoomForLabels(frames: readonly Frame[], stepPx: (frame: Frame) => number): boolean {
  return frames.every((frame) => {
    const longest = Math.max(...frame.panel.points.map(({ measured }) => measured?.text.length ?? 0));
    return longest * LETTER_WIDTH_PX < stepPx(frame);
  });
}

/** On a logarithmic axis, what is not above zero lies beyond its lower end. */
function onScale(value: number, { isLogarithmic, min }: Scale): number {
  return isLogarithmic ? Math.max(min, value) : value;
}

function onAxes(index: number) {
  return { silent: true, xAxisIndex: index, yAxisIndex: index };
}

export function measuredSeries(
  { panel: { points, scale } }: Frame,
  index: number,
  room: { readonly across: Across; readonly bandPx: number; readonly isLabelled: boolean },
) {
  return {
    type: 'custom',
    ...onAxes(index),
    z: 3,
    data: points.map((point, at) => [room.across(point, at), point.measured?.value ?? null]),
    renderItem({ dataIndex }: { dataIndex: number }, api: Api) {
      const point = points[dataIndex];
      if (point === undefined || point.measured === null) return null;
      const x = room.across(point, dataIndex);
      const at = (value: number) => api.coord([x, onScale(value, scale)]);
      const { low, value, high } = point.measured;
      return dotMark(point, { centre: at(value), low: at(low), high: at(high) }, room);
    },
  };
}

/** A dashed line with an open diamond at each prediction: a measurement that agrees sits inside it. */
export function predictedSeries({ panel: { points } }: Frame, index: number, across: Across) {
  return {
    type: 'line',
    ...onAxes(index),
    z: 2,
    data: points.map((point, at) => [across(point, at), point.predicted]),
    symbol: 'diamond',
    symbolSize: DIAMOND_PX,
    showAllSymbol: true,
    itemStyle: { color: PAPER, borderColor: MUTED, borderWidth: 1.25 },
    lineStyle: { color: MUTED, width: 1.25, type: [4, 3] },
  };
}

/** A level line from edge to edge of the panel. */
export function limitSeries(
  { panel: { reference, points, scale }, left, width }: Frame,
  index: number,
  across: Across,
) {
  const [first] = points;
  if (reference === null || first === undefined) return [];
  return [
    {
      type: 'custom',
      ...onAxes(index),
      z: 2,
      data: [[across(first, 0), reference]],
      renderItem(_params: unknown, api: Api) {
        const [, y = 0] = api.coord([across(first, 0), onScale(reference, scale)]);
        return referenceMark([left, y], [left + width, y]);
      },
    },
  ];
}
