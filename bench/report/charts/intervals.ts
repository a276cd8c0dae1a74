import { formatTick } from '../../words/numbers.js';
import type { ChartPanel, ChartRow, ChartView } from '../chart-view.js';
import { type Drawing, type Frame, type Variant, WIDTHS } from './layout.js';
import {
  customSeries,
  dashedLine,
  diamondMark,
  dotMark,
  INK,
  intervalMark,
  LETTER_WIDTH_PX,
  MUTED,
  RULE,
  roundMark,
  shorten,
  TITLE_FONT_SIZE_PX,
  type ToX,
  textMark,
  textStyle,
} from './marks.js';

const ABOVE_PX = 26;
const BELOW_PX = 40;
/** Half of the widest label of a tick. */
const EDGE_PX = 20;
const VALUE_COLUMN_PX = 130;
const MOST_LABEL_SHARE = 0.42;

/** Labels stand beside their rows, or above them where there is no room. */
interface Rows {
  readonly isBeside: boolean;
  readonly heightPx: number;
  /** From a row's upper edge to its interval. */
  readonly centrePx: number;
  readonly left: number;
  readonly right: number;
}

function planRows(panels: readonly ChartPanel[], variant: Variant): Rows {
  const letters = Math.max(...panels.flatMap(({ rows }) => rows.map(({ label }) => label.length)));
  const left = letters * LETTER_WIDTH_PX + EDGE_PX;
  return variant !== 'narrow' && left <= MOST_LABEL_SHARE * WIDTHS[variant]
    ? { isBeside: true, heightPx: 30, centrePx: 13, left, right: VALUE_COLUMN_PX }
    : { isBeside: false, heightPx: 50, centrePx: 33, left: EDGE_PX, right: EDGE_PX };
}

/** A horizontal interval plot: panels one below the other, a row for each number. */
export function intervalsDrawing({ panels }: ChartView, variant: Variant): Drawing {
  const width = WIDTHS[variant];
  const rows = planRows(panels, variant);
  let height = 0;
  const frames = panels.map((panel): Frame => {
    const frame = {
      left: rows.left,
      top: height + ABOVE_PX,
      width: width - rows.left - rows.right,
      height: panel.rows.length * rows.heightPx,
    };
    height = frame.top + frame.height + BELOW_PX;
    return frame;
  });
  const option = {
    grid: frames,
    title: panels.map(({ title }, at) => titleOf(title, (frames[at]?.top ?? 0) - ABOVE_PX, width)),
    xAxis: panels.map(valueAxis),
    yAxis: panels.map((_, gridIndex) => ({ gridIndex, type: 'value', min: 0, max: 1, show: false })),
    series: panels.map((panel, at) => seriesOf(panel, at, { rows, frame: frames[at] ?? EMPTY, width })),
  };
  return { width, height, option };
}

const EMPTY: Frame = { left: 0, top: 0, width: 0, height: 0 };

export function titleOf(text: string, top: number, width: number) {
  const textStyle = { color: INK, fontSize: TITLE_FONT_SIZE_PX, fontWeight: 600, width, overflow: 'truncate' };
  return { text, left: 0, top, padding: 0, textStyle };
}

function valueAxis({ scale: { min, max, step, isLogarithmic = false }, isShare }: ChartPanel, gridIndex: number) {
  const formatter = (value: number) => (isShare ? `${formatTick(100 * value)} %` : formatTick(value));
  return {
    gridIndex,
    type: isLogarithmic ? 'log' : 'value',
    min,
    max,
    interval: step,
    axisLabel: { ...textStyle, formatter, hideOverlap: true },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE } },
  };
}

interface Place {
  readonly rows: Rows;
  readonly frame: Frame;
  /** Of the whole drawing. */
  readonly width: number;
}

function seriesOf(panel: ChartPanel, gridIndex: number, place: Place) {
  return customSeries(
    gridIndex,
    panel.rows.map(({ value }) => [value, 0]),
    (at, toX) => {
      const row = panel.rows[at];
      return row === undefined ? [] : drawRow(row, place.frame.top + at * place.rows.heightPx, toX, place);
    },
  );
}

function drawRow(row: ChartRow, top: number, toX: ToX, place: Place) {
  const { heightPx, centrePx } = place.rows;
  const y = top + centrePx;
  const colour = `var(--c-${row.colour})`;
  const limits = row.thresholds.map(toX);
  return [
    ...limits.map((x) => dashedLine({ x, y: top }, { x, y: top + heightPx })),
    // Below the interval and staggered, so that rounds that came out alike stay apart.
    ...row.perRound.map((value, at) => roundMark({ x: toX(value), y: y + 8 + (at % 3) * 2.5 }, colour)),
    ...(row.predicted === null ? [] : [diamondMark({ x: toX(row.predicted), y })]),
    intervalMark({ x: 0, y }, { low: toX(row.low), high: toX(row.high), bound: row.bound }, colour),
    dotMark({ x: toX(row.value), y }, colour),
    ...drawWords(row, top, place),
  ];
}

function drawWords({ label, text }: ChartRow, top: number, { rows, frame, width }: Place) {
  if (!rows.isBeside) {
    const y = top + 14;
    const room = width - (text.length + 2) * LETTER_WIDTH_PX;
    return [shorten(textMark(label, { x: 0, y }, 'left'), room), textMark(text, { x: width, y }, 'right')];
  }
  const y = top + rows.centrePx;
  const beyond = frame.left + frame.width + EDGE_PX;
  return [textMark(label, { x: frame.left - EDGE_PX, y }, 'right', MUTED), textMark(text, { x: beyond, y }, 'left')];
}
