import { formatTick } from '../../words/numbers.js';
import type { ChartPanel, ChartRow, ChartView } from '../chart-view.js';
import { type Drawing, type Frame, WIDTH_PX } from './layout.js';
import {
  customSeries,
  dashedLine,
  diamondMark,
  dotMark,
  extraHeightOf,
  intervalMark,
  LETTER_WIDTH_PX,
  RULE,
  roundsMark,
  shorten,
  type ToX,
  textMark,
  textStyle,
  titleOf,
} from './marks.js';

const ABOVE_PX = 26;
const BELOW_PX = 36;
/** Half of the widest label of a tick. */
const EDGE_PX = 20;
const ROW_PX = 46;
/** From a row's upper edge to its words, and to its interval. */
const WORDS_PX = 12;
const CENTRE_PX = 29;

/** A horizontal interval plot: panels one below the other, a row for each number, its words above its interval. */
export function intervalsDrawing({ panels }: ChartView): Drawing {
  let height = 0;
  const frames = panels.map((panel): Frame => {
    const frame = {
      left: EDGE_PX,
      top: height + ABOVE_PX + extraHeightOf(panel.title),
      width: WIDTH_PX - 2 * EDGE_PX,
      height: panel.rows.length * ROW_PX,
    };
    height = frame.top + frame.height + BELOW_PX;
    return frame;
  });
  const option = {
    grid: frames,
    title: panels.map(({ title }, at) => titleOf(title, (frames[at]?.top ?? 0) - ABOVE_PX - extraHeightOf(title))),
    xAxis: panels.map(valueAxis),
    yAxis: panels.map((_, gridIndex) => ({ gridIndex, type: 'value', min: 0, max: 1, show: false })),
    series: panels.map((panel, at) => seriesOf(panel, at, frames[at]?.top ?? 0)),
  };
  return { width: WIDTH_PX, height, option };
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

function seriesOf(panel: ChartPanel, gridIndex: number, top: number) {
  return customSeries(
    gridIndex,
    panel.rows.map(({ value }) => [value, 0]),
    (at, toX) => {
      const row = panel.rows[at];
      return row === undefined ? [] : drawRow(row, top + at * ROW_PX, toX);
    },
  );
}

function drawRow(row: ChartRow, top: number, toX: ToX) {
  const { label, text, colour, value, low, high, bound, perRound, predicted, thresholds } = row;
  const y = top + CENTRE_PX;
  const hue = `var(--c-${colour})`;
  // Below the interval and staggered, so that rounds that came out alike stay apart.
  const rounds = perRound.map((round, at) => ({ x: toX(round), y: y + 8 + (at % 3) * 3 }));
  const room = WIDTH_PX - (text.length + 2) * LETTER_WIDTH_PX;
  return [
    ...thresholds.map(toX).map((x) => dashedLine({ x, y: top }, { x, y: top + ROW_PX })),
    ...(rounds.length === 0 ? [] : [roundsMark(rounds, hue)]),
    ...(predicted === null ? [] : [diamondMark({ x: toX(predicted), y })]),
    intervalMark({ x: 0, y }, { low: toX(low), high: toX(high), bound }, hue),
    dotMark({ x: toX(value), y }, hue),
    textMark(shorten(label, room), { x: 0, y: top + WORDS_PX }, 'left'),
    textMark(text, { x: WIDTH_PX, y: top + WORDS_PX }, 'right'),
  ];
}
