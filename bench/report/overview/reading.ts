import { STRATEGIES } from '../../../services/contract.js';
import type { Factors, Summary, SummaryEstimate } from '../../contract.js';
import { sideOf } from '../../stats/bounds.js';
import { inWords, inWordsApart } from '../../words/numbers.js';
import type { Criterion } from './criteria.js';

export type Met = 'yes' | 'no' | 'open';

/** What a run has on a strategy and a criterion. */
export interface Reading {
  readonly claim: string;
  readonly estimate: SummaryEstimate;
  readonly met: Met;
}

/** All that a run tells of one criterion, by strategy; what it does not tell is not there. */
export type Readings = ReadonlyMap<string, Reading>;

type Found = Omit<Reading, 'met'>;

/** What a run's summary has of a criterion, strategy by strategy. Pure. */
export function readingsOf(criterion: Criterion, { claims }: Summary): Readings {
  const found = criterion.claims.flatMap((id) =>
    claims
      .filter((claim) => claim.id === id)
      .flatMap(({ estimates }) => estimates.map((estimate): Found => ({ claim: id, estimate })))
      .filter(({ estimate }) => isOf(criterion, estimate)),
  );
  const strategies = [...new Set(found.map(({ estimate }) => String(estimate.factors.strategy)))];
  const chosen = strategies.flatMap((strategy): [string, Found][] => {
    const own = found.filter(({ estimate }) => estimate.factors.strategy === strategy);
    const one = foremost(criterion, own);
    return one ? [[strategy, one]] : [];
  });
  const least = chosen.length > 1 ? Math.min(...chosen.map(([, { estimate }]) => estimate.high)) : null;
  return new Map(chosen.map(([strategy, one]) => [strategy, { ...one, met: isMet(criterion, one.estimate, least) }]));
}

/** "25 %", "≈ 0": a number without its interval. */
export function valueInWords(estimate: SummaryEstimate): string {
  const { value, low, high } = estimate;
  // What a part spends on its own is taken off: of next to nothing a little less may be left.
  if (value !== 0 && low < 0 && high > 0) return '≈ 0';
  return inWordsApart(estimate)
    .value.replace(/^at least /, '≥ ')
    .replace(/^at most /, '≤ ');
}

/** "above 99 %", "the least": what a number is held against. */
export function limitInWords({ met }: Criterion, readings: Readings): string {
  const [first] = readings.values();
  if (met.is === 'least' || !first) return 'the least';
  const { factors, unit } = first.estimate;
  const limit = typeof met.limit === 'number' ? met.limit : met.limit(factors);
  return `${met.is} ${inWords({ value: Number(limit.toPrecision(6)), unit })}`;
}

function isOf({ metrics, factors = {} }: Criterion, { metric, factors: own }: SummaryEstimate): boolean {
  return (
    metrics.includes(metric) &&
    Object.hasOwn(STRATEGIES, String(own.strategy)) &&
    Object.entries(factors).every(([name, value]) => own[name] === value)
  );
}

/** By the order of the metrics, then with the most instances or sessions, then what comes first. */
function foremost({ metrics }: Criterion, found: readonly Found[]): Found | undefined {
  const sizeOf = ({ instances = 0, sessions = 0 }: Factors) => Number(instances) + Number(sessions);
  return [...found].sort(
    ({ estimate: a }, { estimate: b }) =>
      metrics.indexOf(a.metric) - metrics.indexOf(b.metric) || sizeOf(b.factors) - sizeOf(a.factors),
  )[0];
}

/** @param least the lowest upper end of any interval: what reaches below it is not told from the lowest. Null where nothing is to compare */
function isMet({ met }: Criterion, estimate: SummaryEstimate, least: number | null): Met {
  if (met.is === 'least') return least === null ? 'open' : estimate.low <= least ? 'yes' : 'no';
  const limit = typeof met.limit === 'number' ? met.limit : met.limit(estimate.factors);
  const side = sideOf(estimate, limit);
  if (side === 'open') return 'open';
  return side === met.is ? 'yes' : 'no';
}
