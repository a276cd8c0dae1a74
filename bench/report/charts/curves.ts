import { formatTick } from '../../words/numbers.js';
import type { Curve, CurveView } from '../curve-view.js';
import { titleOf } from './intervals.js';
import { type Drawing, type Frame, type Variant, WIDTHS } from './layout.js';
import {
  customSeries,
  dotMark,
  LETTER_WIDTH_PX,
  lineMark,
  type Point,
  RULE,
  roundMark,
  textMark,
  textStyle,
  uprightIntervalMark,
} from './marks.js';

const LEFT_PX = 48;
const TOP_PX = 34;
const BELOW_PX = 46;
const HEIGHT_PX = { wide: 300, medium: 280, narrow: 250 } as const;
const GAP_PX = 10;
/** Curves stand so far apart where they have the same number of connections. */
const APART_PX = 8;
const LINE_HEIGHT_PX = 15;

/** A line for each strategy over the logarithm of the number of connections. */
export function curvesDrawing(view: CurveView, variant: Variant): Drawing {
  const { title, scale, connections, curves } = view;
  const width = WIDTHS[variant];
  const letters = Math.max(...curves.map(({ strategy }) => strategy.length));
  const frame: Frame = {
    left: LEFT_PX,
    top: TOP_PX,
    width: width - LEFT_PX - 2 * GAP_PX - letters * LETTER_WIDTH_PX,
    height: HEIGHT_PX[variant],
  };
  const ends = rangeOf(connections);
  const toPoint = (count: number, value: number): Point => ({
    x: frame.left + (frame.width * (Math.log2(count) - ends.min)) / (ends.max - ends.min),
    y: frame.top + (frame.height * (scale.max - value)) / (scale.max - scale.min),
  });
  const formatter = (power: number) => (connections.includes(2 ** power) ? String(2 ** power) : '');
  const option = {
    grid: frame,
    title: titleOf(title, 0, width),
    xAxis: {
      type: 'value',
      ...ends,
      interval: 1,
      name: 'requests under way, straight at the instance',
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: textStyle,
      axisLabel: { ...textStyle, formatter },
      axisLine: { lineStyle: { color: RULE } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: scale.min,
      max: scale.max,
      interval: scale.step,
      axisLabel: { ...textStyle, formatter: formatTick },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: RULE } },
    },
    series: [customSeries(0, [[ends.min, 0]], () => drawCurves(curves, toPoint, frame))],
  };
  return { width, height: frame.top + frame.height + BELOW_PX, option };
}

type ToPoint = (connections: number, value: number) => Point;

/** Powers of two, with room at either side for curves that stand apart. */
function rangeOf(connections: readonly number[]) {
  const powers = connections.map(Math.log2);
  return { min: Math.floor(Math.min(...powers) - 0.3), max: Math.ceil(Math.max(...powers) + 0.3) };
}

function drawCurves(curves: readonly Curve[], toPoint: ToPoint, frame: Frame) {
  const drawn = curves.map(({ strategy, colour, points }, at) => {
    const aside = (at - (curves.length - 1) / 2) * APART_PX;
    const place = (connections: number, value: number) => {
      const { x, y } = toPoint(connections, value);
      return { x: x + aside, y };
    };
    const stroke = `var(--c-${colour})`;
    const line = points.map(({ connections, value }) => place(connections, value));
    const marks = points.flatMap(({ connections, value, low, high, perRound }) => {
      const [{ x, y }, top, bottom] = [value, high, low].map((one) => place(connections, one)) as [Point, Point, Point];
      return [
        ...perRound.map((round) => roundMark(place(connections, round), stroke)),
        uprightIntervalMark({ x, y }, { top: top.y, bottom: bottom.y }, stroke),
        dotMark({ x, y }, stroke),
      ];
    });
    return { strategy, end: line.at(-1)?.y ?? 0, marks: [lineMark(line, stroke), ...marks] };
  });
  const names = apart(drawn).map(({ strategy, y }) =>
    textMark(strategy, { x: frame.left + frame.width + GAP_PX, y }, 'left'),
  );
  return [...drawn.flatMap(({ marks }) => marks), ...names];
}

/** Names at the ends of their curves, moved down where one would cover another. */
function apart(ends: readonly { readonly strategy: string; readonly end: number }[]) {
  let last = Number.NEGATIVE_INFINITY;
  return [...ends]
    .sort((a, b) => a.end - b.end)
    .map(({ strategy, end }) => {
      last = Math.max(end, last + LINE_HEIGHT_PX);
      return { strategy, y: last };
    });
}
