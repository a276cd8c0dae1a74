import type { JudgedEstimate } from '../claims/judge.js';
import { sideOf } from '../stats/bounds.js';
import { formatUnit } from '../words/numbers.js';
import { capitalise, joinWords } from '../words/text.js';
import { type Colour, colourOf } from './palette.js';
import { type Scale, scaleOf } from './scale.js';

export interface CurvePoint {
  readonly connections: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly perRound: readonly number[];
}

export interface Curve {
  readonly strategy: string;
  readonly colour: Colour;
  /** By ascending connections. */
  readonly points: readonly CurvePoint[];
}

/** What a request costs, by how many are under way straight at an instance. */
export interface CurveView {
  readonly title: string;
  readonly scale: Scale;
  readonly connections: readonly number[];
  readonly curves: readonly Curve[];
  /** Who is dearer where, as far as the intervals tell; empty where nobody is held against another. */
  readonly ranking: string;
}

const COST = 'instanceCpuMicrosPerRequest';
const RATIO = 'cpuRatio';

/** Null where no strategy was measured with several numbers of connections. */
export function buildCurves(estimates: readonly JudgedEstimate[]): CurveView | null {
  const straight = estimates.filter(({ factors }) => factors.straight === true);
  const costs = straight.filter(({ metric }) => metric === COST);
  const [first] = costs;
  const curves = [...new Set(costs.map(({ factors }) => String(factors.strategy)))].map((strategy): Curve => {
    const own = costs.filter(({ factors }) => factors.strategy === strategy);
    return { strategy, colour: colourOf(strategy), points: own.map(pointOf).sort(byConnections) };
  });
  const isCurve = ({ points }: Curve) => new Set(points.map(({ connections }) => connections)).size > 1;
  if (!first || !curves.some(isCurve)) return null;
  const points = curves.flatMap((curve) => curve.points);
  return {
    title: `${capitalise(first.label)}, ${formatUnit(first.unit)}`,
    scale: scaleOf(points.flatMap(({ value, low, high, perRound }) => [value, low, high, ...perRound])),
    connections: [...new Set(points.map(({ connections }) => connections))].sort((a, b) => a - b),
    curves,
    ranking: describeRanking(straight.filter(({ metric }) => metric === RATIO)),
  };
}

function pointOf({ factors, value, low, high, perRound }: JudgedEstimate): CurvePoint {
  return { connections: Number(factors.connections), value, low, high, perRound };
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
