import type { JudgedEstimate } from '../claims/judge.js';
import { sideOf } from '../stats/bounds.js';
import { formatUnit } from '../words/numbers.js';
import { capitalise, joinWords } from '../words/text.js';
import { type Colour, colourOf } from './palette.js';
import { type Scale, scaleOf } from './scale.js';

export interface CurvePoint {
  readonly x: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly perRound: readonly number[];
}

export interface Curve {
  readonly strategy: string;
  readonly colour: Colour;
  /** By ascending x. */
  readonly points: readonly CurvePoint[];
}

/** A number against another, with a line for each strategy. */
export interface CurveView {
  readonly title: string;
  readonly xTitle: string;
  /** Of the horizontal axis: every doubling is as wide as the next. */
  readonly isLogarithmic: boolean;
  readonly isShare: boolean;
  readonly scale: Scale;
  /** Values of x, ascending. */
  readonly xs: readonly number[];
  readonly curves: readonly Curve[];
  /** What theory says, as a line of its own. */
  readonly predicted: {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly value: number }[];
  } | null;
}

/** What a request costs, by how many are under way straight at an instance. */
export interface CostCurves extends CurveView {
  /** Who is dearer where, as far as the intervals tell; empty where nobody is held against another. */
  readonly ranking: string;
}

const COST = 'instanceCpuMicrosPerRequest';
const RATIO = 'cpuRatio';

/** Null where no strategy was measured with several numbers of connections. */
export function buildCostCurves(estimates: readonly JudgedEstimate[]): CostCurves | null {
  const straight = estimates.filter(({ factors }) => factors.straight === true);
  const costs = straight.filter(({ metric }) => metric === COST);
  const [first] = costs;
  const curves = curvesOf(costs, 'connections');
  if (!first || !isSeveral(curves)) return null;
  return {
    title: `${capitalise(first.label)}, ${formatUnit(first.unit)}`,
    xTitle: 'requests under way, straight at the instance',
    isLogarithmic: true,
    isShare: false,
    scale: scaleOf(curves.flatMap(numbersOf)),
    xs: xsOf(curves),
    curves,
    predicted: null,
    ranking: describeRanking(straight.filter(({ metric }) => metric === RATIO)),
  };
}

/**
 * The share of requests recognised by the number of instances, with what theory predicts of sessions in memory. Null where no strategy was
 * tried with several numbers of them.
 */
export function buildReach(estimates: readonly JudgedEstimate[]): CurveView | null {
  const shares = estimates.filter(({ metric }) => metric === 'recognisedRatio');
  const curves = curvesOf(shares, 'instances');
  if (!isSeveral(curves)) return null;
  const xs = xsOf(curves);
  const [least = 1, most = 1] = [xs[0], xs.at(-1)];
  const steps = Array.from({ length: CURVE_STEPS + 1 }, (_, at) => least + ((most - least) * at) / CURVE_STEPS);
  return {
    title: 'Requests recognised',
    xTitle: 'instances behind round robin',
    isLogarithmic: false,
    isShare: true,
    scale: scaleOf([0, 1]),
    xs,
    curves,
    predicted: { name: '1/n', points: steps.map((x) => ({ x, value: 1 / x })) },
  };
}

const CURVE_STEPS = 24;

function curvesOf(estimates: readonly JudgedEstimate[], factor: string): Curve[] {
  return [...new Set(estimates.map(({ factors }) => String(factors.strategy)))].map((strategy) => ({
    strategy,
    colour: colourOf(strategy),
    points: estimates
      .filter(({ factors }) => factors.strategy === strategy)
      .map(({ factors, value, low, high, perRound }) => ({ x: Number(factors[factor]), value, low, high, perRound }))
      .sort((a, b) => a.x - b.x),
  }));
}

/** One point says nothing of a course. */
function isSeveral(curves: readonly Curve[]): boolean {
  return curves.some(({ points }) => new Set(points.map(({ x }) => x)).size > 1);
}

function xsOf(curves: readonly Curve[]): number[] {
  return [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
}

function numbersOf({ points }: Curve): number[] {
  return points.flatMap(({ value, low, high, perRound }) => [value, low, high, ...perRound]);
}

function byConnections(a: { readonly connections: number }, b: { readonly connections: number }): number {
  return a.connections - b.connections;
}

/** "redis takes more than jwt with 1 under way, less with 32. The ranking turns between 1 and 32." */
function describeRanking(ratios: readonly JudgedEstimate[]): string {
  const [first] = ratios;
  if (!first) return '';
  const { strategy, against } = first.factors;
  const sides = ratios
    .map((ratio) => ({ connections: Number(ratio.factors.connections), side: sideOf(ratio, 1) }))
    .sort(byConnections);
  const at = (wanted: (typeof sides)[number]['side']) =>
    joinWords(sides.flatMap(({ connections, side }) => (side === wanted ? [String(connections)] : [])));
  const [more, less, open] = [at('above'), at('below'), at('open')];
  const subject = 'CPU of instance and store together:';
  if (!more && !less) return `${subject} no interval tells ${strategy} from ${against}.`;
  const both = more && less ? `, less with ${less}` : '';
  return [
    `${subject} ${strategy} takes ${more ? 'more' : 'less'} than ${against} with ${more || less} under way${both}.`,
    ...(open ? [`With ${open} the interval does not tell.`] : []),
    ...describeTurn(sides.filter(({ side }) => side !== 'open')),
  ].join(' ');
}

/** @param told numbers of connections at which it is known who is dearer, ascending */
function describeTurn(told: readonly { readonly connections: number; readonly side: string }[]): string[] {
  const turns = told.flatMap(({ connections, side }, at) => {
    const before = told[at - 1];
    return before && before.side !== side ? [`between ${before.connections} and ${connections}`] : [];
  });
  if (turns.length > 0) return [`The ranking turns ${joinWords(turns)}.`];
  const [first, last] = [told[0], told.at(-1)];
  if (!first || !last || first === last) return [];
  return [`The ranking does not turn between ${first.connections} and ${last.connections}.`];
}
