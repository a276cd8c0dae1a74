import type { CustomSeriesRenderItem } from 'echarts';
import type { Bound } from '../../stats/estimate.js';
import { wrap } from '../columns.js';
import { WIDTH_PX } from './layout.js';

export type Mark = ReturnType<CustomSeriesRenderItem>;

/** In px. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const FONT_SIZE_PX = 13;
/** Text is measured without the page's font; none of the usual ones is wider than this on average. */
export const LETTER_WIDTH_PX = 7.3;
const BOLD_LETTER_WIDTH_PX = 8.3;
export const LINE_HEIGHT_PX = 16;
/** Of a text that is shortened: there is what tells it from its neighbours. */
const LAST_LETTERS = 18;

const CAP_PX = 5;
const DOT_RADIUS_PX = 4;
const ROUND_RADIUS_PX = 2;
const DIAMOND_PX = 14;

/** Colours are CSS variables: the same drawing serves the light and the dark page. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const RULE = 'var(--rule)';
const PAPER = 'var(--paper)';

export const textStyle = { color: MUTED, fontSize: FONT_SIZE_PX };

/** One stroke from end to end of the interval, with a cap at each end; an arrow where it goes on, as that of a bound does. */
export function intervalMark(
  { y }: Point,
  { low, high, bound = null }: { readonly low: number; readonly high: number; readonly bound?: Bound | null },
  stroke: string,
) {
  const cap = (x: number) => `M${x} ${y - CAP_PX}V${y + CAP_PX}`;
  const arrow = (x: number, towards: 1 | -1) => `M${x} ${y - CAP_PX}L${x + towards * CAP_PX} ${y}L${x} ${y + CAP_PX}`;
  const caps = [
    bound === 'at most' ? arrow(low, -1) : cap(low),
    bound === 'at least' ? arrow(high, 1) : cap(high),
  ].join('');
  return {
    type: 'path' as const,
    shape: { pathData: `M${low} ${y}H${high}${caps}` },
    style: { fill: 'none', stroke, lineWidth: 1.5 },
  };
}

/** The same from top to bottom. */
export function uprightIntervalMark(
  { x }: Point,
  { top, bottom }: { readonly top: number; readonly bottom: number },
  stroke: string,
) {
  const caps = [top, bottom].map((y) => `M${x - CAP_PX} ${y}H${x + CAP_PX}`).join('');
  return {
    type: 'path' as const,
    shape: { pathData: `M${x} ${top}V${bottom}${caps}` },
    style: { fill: 'none', stroke, lineWidth: 1.5 },
  };
}

/** From point to point. */
export function lineMark(points: readonly Point[], stroke: string) {
  return {
    type: 'polyline' as const,
    shape: { points: points.map(({ x, y }) => [x, y]) },
    style: { fill: 'none', stroke, lineWidth: 2 },
  };
}

/** What theory says. */
export function dashedLineMark(points: readonly Point[]) {
  const mark = lineMark(points, MUTED);
  return { ...mark, style: { ...mark.style, lineWidth: 1.5, lineDash: [4, 3] } };
}

export function dotMark({ x, y }: Point, fill: string) {
  return { type: 'circle' as const, shape: { cx: x, cy: y, r: DOT_RADIUS_PX }, style: { fill } };
}

/** Single rounds: there, but not in the way. Strokes without length, whose round ends are the dots: one mark for all of them. */
export function roundsMark(points: readonly Point[], stroke: string) {
  const dots = new Set(points.map(({ x, y }) => `M${Math.round(x)} ${Math.round(y)}h.01`));
  const pathData = [...dots].join('');
  const style = { fill: 'none', stroke, lineWidth: 2 * ROUND_RADIUS_PX, lineCap: 'round' as const, opacity: 0.35 };
  return { type: 'path' as const, shape: { pathData }, style };
}

/** Open and larger than the dot: a measurement that agrees sits inside it. */
export function diamondMark({ x, y }: Point) {
  const half = DIAMOND_PX / 2;
  const pathData = `M${x} ${y - half}L${x + half} ${y}L${x} ${y + half}L${x - half} ${y}Z`;
  return { type: 'path' as const, shape: { pathData }, style: { fill: PAPER, stroke: MUTED, lineWidth: 1.25 } };
}

export function dashedLine(from: Point, to: Point) {
  return {
    type: 'line' as const,
    shape: { x1: from.x, y1: from.y, x2: to.x, y2: to.y },
    style: { stroke: MUTED, lineWidth: 1.5, lineDash: [4, 3], fill: 'none' },
  };
}

export function textMark(text: string, { x, y }: Point, align: 'left' | 'center' | 'right', fill = INK) {
  const font = `${FONT_SIZE_PX}px sans-serif`;
  // The halo keeps the letters readable where a line passes behind them.
  const halo = { stroke: PAPER, lineWidth: 3 };
  return { type: 'text' as const, style: { text, x, y, align, verticalAlign: 'middle' as const, fill, font, ...halo } };
}

/** A text that is wider lacks letters before its end. */
export function shorten(text: string, width: number): string {
  const letters = [...text];
  const most = Math.floor(width / LETTER_WIDTH_PX);
  if (letters.length <= most) return text;
  const last = Math.min(LAST_LETTERS, Math.max(0, most - 1));
  return [...letters.slice(0, Math.max(0, most - last - 1)), '…', ...letters.slice(letters.length - last)].join('');
}

/** In as many lines as it takes. */
export function titleOf(text: string, top: number) {
  const textStyle = { color: INK, fontSize: FONT_SIZE_PX, fontWeight: 600, lineHeight: LINE_HEIGHT_PX };
  return { text: linesOf(text).join('\n'), left: 0, top, padding: 0, textStyle };
}

/** How much higher a title is than one of a single line. */
export function extraHeightOf(title: string): number {
  return (linesOf(title).length - 1) * LINE_HEIGHT_PX;
}

function linesOf(title: string): string[] {
  return wrap(title, Math.floor(WIDTH_PX / BOLD_LETTER_WIDTH_PX));
}

/** Series that only carry marks of ours take no part in anything that a live chart does. */
export function customSeries(
  gridIndex: number,
  data: readonly (readonly number[])[],
  draw: (at: number, toX: ToX) => readonly object[],
) {
  return {
    type: 'custom',
    silent: true,
    xAxisIndex: gridIndex,
    yAxisIndex: gridIndex,
    z: 3,
    data,
    renderItem: ({ dataIndex }: { dataIndex: number }, api: Api): Mark =>
      ({ type: 'group', children: draw(dataIndex, (value) => api.coord([value, 0])[0] ?? 0) }) as Mark,
  };
}

interface Api {
  coord(data: number[]): number[];
}

/** From a number on the horizontal axis to px. */
export type ToX = (value: number) => number;
