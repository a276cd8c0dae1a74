import { formatTick } from '../../words/numbers.js';
import type { CurveView } from '../curve-view.js';
import { type Drawing, type Frame, WIDTH_PX } from './layout.js';
import {
  customSeries,
  dashedLineMark,
  dotMark,
  extraHeightOf,
  LETTER_WIDTH_PX,
  LINE_HEIGHT_PX,
  lineMark,
  type Point,
  RULE,
  roundsMark,
  textMark,
  textStyle,
  titleOf,
  uprightIntervalMark,
} from './marks.js';

const LEFT_PX = 50;
const TOP_PX = 34;
const BELOW_PX = 46;
const HEIGHT_PX = 210;
const GAP_PX = 10;
/** Curves stand so far apart where they have the same x. */
const APART_PX = 8;

/** A line for each strategy, named at its end. */
export function curvesDrawing(view: CurveView): Drawing {
  const { title, xTitle, isLogarithmic, isShare, scale, xs, curves, predicted } = view;
  const width = WIDTH_PX;
  const letters = Math.max(
    ...[...curves.map(({ strategy }) => strategy), predicted?.name ?? ''].map(({ length }) => length),
  );
  const frame: Frame = {
    left: LEFT_PX,
    top: TOP_PX + extraHeightOf(title),
    width: width - LEFT_PX - 2 * GAP_PX - letters * LETTER_WIDTH_PX,
    height: HEIGHT_PX,
  };
  const along = isLogarithmic ? Math.log2 : (x: number) => x;
  const ends = rangeOf(xs.map(along));
  const toPoint = (x: number, value: number): Point => ({
    x: frame.left + (frame.width * (along(x) - ends.min)) / (ends.max - ends.min),
    y: frame.top + (frame.height * (scale.max - value)) / (scale.max - scale.min),
  });
  const formatter = (at: number) => {
    const x = isLogarithmic ? 2 ** at : at;
    return xs.includes(x) ? String(x) : '';
  };
  const option = {
    grid: frame,
    title: titleOf(title, 0),
    xAxis: {
      type: 'value',
      ...ends,
      interval: 1,
      name: xTitle,
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
      axisLabel: { ...textStyle, formatter: isShare ? (share: number) => `${formatTick(100 * share)} %` : formatTick },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: RULE } },
    },
    series: [
      customSeries(0, [[ends.min, 0]], () => [
        ...drawPrediction(predicted, toPoint),
        ...drawCurves(view, toPoint, frame),
      ]),
    ],
  };
  return { width, height: frame.top + frame.height + BELOW_PX, option };
}

type ToPoint = (x: number, value: number) => Point;

/** Whole numbers, with room at either side for curves that stand apart. */
function rangeOf(places: readonly number[]) {
  return { min: Math.floor(Math.min(...places) - 0.3), max: Math.ceil(Math.max(...places) + 0.3) };
}

function drawPrediction(predicted: CurveView['predicted'], toPoint: ToPoint) {
  return predicted ? [dashedLineMark(predicted.points.map(({ x, value }) => toPoint(x, value)))] : [];
}

function drawCurves({ curves, predicted }: CurveView, toPoint: ToPoint, frame: Frame) {
  const drawn = curves.map(({ strategy, colour, points }, at) => {
    const aside = (at - (curves.length - 1) / 2) * APART_PX;
    const place = (x: number, value: number) => {
      const point = toPoint(x, value);
      return { x: point.x + aside, y: point.y };
    };
    const stroke = `var(--c-${colour})`;
    const line = points.map(({ x, value }) => place(x, value));
    const rounds = points.flatMap(({ x, perRound }) => perRound.map((round) => place(x, round)));
    const marks = points.flatMap(({ x, value, low, high }) => {
      const [point, top, bottom] = [value, high, low].map((one) => place(x, one)) as [Point, Point, Point];
      return [uprightIntervalMark(point, { top: top.y, bottom: bottom.y }, stroke), dotMark(point, stroke)];
    });
    return {
      name: strategy,
      end: line.at(-1)?.y ?? 0,
      marks: [lineMark(line, stroke), roundsMark(rounds, stroke), ...marks],
    };
  });
  const last = predicted?.points.at(-1);
  const ends = [...drawn, ...(predicted && last ? [{ name: predicted.name, end: toPoint(last.x, last.value).y }] : [])];
  const names = apart(ends).map(({ name, y }) => textMark(name, { x: frame.left + frame.width + GAP_PX, y }, 'left'));
  return [...drawn.flatMap(({ marks }) => marks), ...names];
}

/** Names at the ends of their curves, moved down where one would cover another. */
function apart(ends: readonly { readonly name: string; readonly end: number }[]) {
  let last = Number.NEGATIVE_INFINITY;
  return [...ends]
    .sort((a, b) => a.end - b.end)
    .map(({ name, end }) => {
      last = Math.max(end, last + LINE_HEIGHT_PX);
      return { name, y: last };
    });
}
