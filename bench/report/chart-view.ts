import type { JudgedEstimate } from '../claims/judge.js';
import { keyOf } from '../metrics/quantity.js';
import type { Bound } from '../stats/estimate.js';
import { formatUnit, inWords } from '../words/numbers.js';
import { capitalise, factorsInWords, wordsOf } from '../words/text.js';
import { type Colour, colourOf } from './palette.js';
import { type Scale, scaleOf, scaleOfRatios } from './scale.js';

/** One number: a dot with its interval, its rounds, what was predicted, what it is held against. */
export interface ChartRow {
  readonly label: string;
  readonly text: string;
  readonly colour: Colour;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly bound: Bound | null;
  readonly perRound: readonly number[];
  readonly predicted: number | null;
  readonly thresholds: readonly number[];
}

/** Numbers of one metric share an axis. */
export interface ChartPanel {
  readonly title: string;
  readonly isShare: boolean;
  readonly scale: Scale;
  readonly rows: readonly ChartRow[];
}

export interface ChartView {
  readonly panels: readonly ChartPanel[];
}

/**
 * The numbers that decide, and beside them what else is known of the same metric: who is not affected says as much as who is.
 * Null where there is nothing to draw.
 */
export function buildChart(estimates: readonly JudgedEstimate[]): ChartView | null {
  const deciding = new Set(estimates.filter(({ decided }) => decided).map(kindOf));
  const drawn = deciding.size === 0 ? estimates : estimates.filter((one) => deciding.has(kindOf(one)));
  const kinds = [...new Set(drawn.map(kindOf))];
  const panels = kinds.map((kind) => panelOf(drawn.filter((one) => kindOf(one) === kind)));
  return panels.length === 0 ? null : { panels };
}

function kindOf({ metric, unit }: JudgedEstimate): string {
  return `${metric} / ${unit}`;
}

function panelOf(estimates: readonly JudgedEstimate[]): ChartPanel {
  const [{ metric = '', unit = '' } = {}] = estimates;
  const labels = [...new Set(estimates.map(({ label }) => label))];
  const label = labels.length === 1 ? (labels[0] ?? '') : wordsOf(metric);
  const isTold =
    labels.length === 1 || new Set(estimates.map(({ factors }) => keyOf(factors))).size === estimates.length;
  const isShare = unit === 'share';
  const suffix = isShare ? '' : formatUnit(unit);
  const rows = inOrder(estimates).map((estimate) => rowOf(estimate, !isTold));
  const drawn = rows.flatMap(({ value, low, high, perRound, predicted, thresholds }) => [
    value,
    low,
    high,
    ...perRound,
    ...thresholds,
    ...(predicted === null ? [] : [predicted]),
  ]);
  return {
    title: capitalise(suffix === '' || label.includes('per second') ? label : `${label}, ${suffix}`),
    isShare,
    scale: unit === 'ratio' ? scaleOfRatios(drawn) : scaleOf(isShare ? [...drawn, 1] : drawn),
    rows,
  };
}

/** Those that differ in the number of instances or connections alone are neighbours, ascending. */
function inOrder(estimates: readonly JudgedEstimate[]): JudgedEstimate[] {
  const seriesOf = ({ factors: { instances: _, connections: __, ...others } }: JudgedEstimate) => keyOf(others);
  const sizeOf = ({ factors }: JudgedEstimate) => Number(factors.connections ?? factors.instances ?? 0);
  const series = [...new Set(estimates.map(seriesOf))];
  return series.flatMap((key) =>
    estimates.filter((one) => seriesOf(one) === key).sort((a, b) => sizeOf(a) - sizeOf(b)),
  );
}

function rowOf(estimate: JudgedEstimate, isNamed: boolean): ChartRow {
  const { label, factors, value, low, high, bound = null, perRound, predicted = null, thresholds } = estimate;
  return {
    label: isNamed ? `${label}: ${factorsInWords(factors)}` : factorsInWords(factors),
    text: inWords(estimate).replace(/ \(.*$/, ''),
    colour: colourOf(String(factors.strategy ?? '')),
    value,
    low,
    high,
    bound,
    perRound,
    predicted,
    thresholds,
  };
}
