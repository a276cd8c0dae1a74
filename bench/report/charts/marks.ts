import type { CustomSeriesRenderItem } from 'echarts';
import type { ChartPoint } from '../chart-view.js';
import { FONT_SIZE_PX } from './layout.js';

export type Mark = ReturnType<CustomSeriesRenderItem>;
type Point = readonly number[];

const BAR_CAP_PX = 5;
const WHISKER_PX = 1.5;
const MOST_DOT_CAP_PX = 9;
const DOT_RADIUS_PX = 3.5;
const BAR_HEIGHT_PX = 12;
const LABEL_GAP_PX = 6;
export const DIAMOND_PX = 14;

/** Colours are CSS variables: the same drawing serves the light and the dark page. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const RULE = 'var(--rule)';
export const PAPER = 'var(--paper)';

function fillOf({ colour, isExcluded }: ChartPoint): { fill: string; stroke: string; lineWidth: number } {
  const own = `var(--c-${colour})`;
  return { fill: isExcluded ? PAPER : own, stroke: own, lineWidth: 1.5 };
}

type Direction = 'vertical' | 'horizontal';

interface WhiskerStyle {
  readonly direction: Direction;
  /** Half the length of the caps. */
  readonly capPx: number;
  readonly stroke: string;
  readonly lineWidth: number;
}

/** One stroke from end to end of the interval, with a cap at each end. */
function whisker(
  [x1 = 0, y1 = 0]: Point,
  [x2 = 0, y2 = 0]: Point,
  { direction, capPx, stroke, lineWidth }: WhiskerStyle,
) {
  const [dx, dy] = direction === 'vertical' ? [capPx, 0] : [0, capPx];
  const pathData =
    `M${x1} ${y1}L${x2} ${y2}` +
    `M${x1 - dx} ${y1 - dy}L${x1 + dx} ${y1 + dy}M${x2 - dx} ${y2 - dy}L${x2 + dx} ${y2 + dy}`;
  return { type: 'path' as const, shape: { pathData }, style: { fill: 'none', stroke, lineWidth } };
}

function text(content: string, x: number, y: number, align: 'left' | 'center') {
  const verticalAlign = align === 'left' ? ('middle' as const) : ('bottom' as const);
  const font = `${FONT_SIZE_PX}px sans-serif`;
  // The halo keeps the digits readable where a line passes behind them.
  const halo = { stroke: PAPER, lineWidth: 3 };
  return { type: 'text' as const, style: { text: content, x, y, align, verticalAlign, fill: INK, font, ...halo } };
}

interface Place {
  readonly centre: Point;
  readonly low: Point;
  readonly high: Point;
}

interface DotRoom {
  /** Width that the dot has to itself. */
  readonly bandPx: number;
  readonly isLabelled: boolean;
}

/** The caps reach beyond the dot and the prediction's diamond: an interval that is narrower than both stays visible. */
export function dotMark(point: ChartPoint, { centre, low, high }: Place, { bandPx, isLabelled }: DotRoom): Mark {
  const capPx = Math.min(MOST_DOT_CAP_PX, bandPx * 0.45);
  const [cx = 0, cy = 0] = centre;
  const style = fillOf(point);
  const dot = { type: 'circle' as const, shape: { cx, cy, r: DOT_RADIUS_PX }, style };
  const label = text(point.measured?.text ?? '', cx, Math.min(cy - 5, high[1] ?? cy) - 4, 'center');
  return {
    type: 'group',
    children: [
      whisker(low, high, { direction: 'vertical', capPx, stroke: style.stroke, lineWidth: WHISKER_PX }),
      dot,
      ...(isLabelled ? [label] : []),
    ],
  };
}

interface BarPlace extends Place {
  readonly zero: Point;
  readonly predicted: Point | null;
}

/** The diamond that a prediction has in every chart. */
export function diamondMark([x = 0, y = 0]: Point) {
  const half = DIAMOND_PX / 2;
  const pathData = `M${x} ${y - half}L${x + half} ${y}L${x} ${y + half}L${x - half} ${y}Z`;
  return { type: 'path' as const, shape: { pathData }, style: { fill: PAPER, stroke: MUTED, lineWidth: 1.25 } };
}

export function barMark(point: ChartPoint, { centre, low, high, zero, predicted }: BarPlace): Mark {
  const [x = 0, y = 0] = centre;
  const [x0 = 0] = zero;
  const shape = { x: Math.min(x, x0), y: y - BAR_HEIGHT_PX / 2, width: Math.abs(x - x0), height: BAR_HEIGHT_PX };
  const bar = { type: 'rect' as const, shape, style: fillOf(point) };
  const beyondDiamond = predicted === null ? x : (predicted[0] ?? x) + DIAMOND_PX / 2;
  const label = text(
    point.measured?.text ?? '',
    Math.max(x, x0, high[0] ?? x, beyondDiamond) + LABEL_GAP_PX,
    y,
    'left',
  );
  const line = { direction: 'horizontal', capPx: BAR_CAP_PX } as const;
  // On a dark bar only this light edge shows where the interval begins.
  const edge = whisker(low, high, { ...line, stroke: PAPER, lineWidth: WHISKER_PX * 2.5 });
  const interval = whisker(low, high, { ...line, stroke: INK, lineWidth: WHISKER_PX });
  return {
    type: 'group',
    children: [bar, ...(predicted === null ? [] : [diamondMark(predicted)]), edge, interval, label],
  };
}

export function referenceMark([x1 = 0, y1 = 0]: Point, [x2 = 0, y2 = 0]: Point): Mark {
  const style = { stroke: MUTED, lineWidth: 1.5, lineDash: [4, 3], fill: 'none' };
  return { type: 'line', shape: { x1, y1, x2, y2 }, style };
}
