import { isSound } from '../claims/evidence.js';
import { type JudgedEstimate, type Judgement, judgeAll } from '../claims/judge.js';
import type { Results } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { roundViolations } from './round-arithmetic.js';

/** Sums of floating-point numbers. */
const EXACT = 1e-9;

/** What in a run, or in what is made of it, cannot be: of any run, simulated or measured. Empty where all adds up. */
export function violations(results: Results): string[] {
  return [...results.rounds.filter(isSound).flatMap(roundViolations), ...judgementViolations(judgeAll(results))];
}

export function judgementViolations(judgements: readonly Judgement[]): string[] {
  return judgements.flatMap((judgement) =>
    [...inVerdict(judgement), ...judgement.estimates.flatMap(inEstimate)].map((words) => `${judgement.id}: ${words}`),
  );
}

function inVerdict({ verdict, estimates, because, finding }: Judgement): string[] {
  const deciding = estimates.filter(({ decided }) => decided);
  const found: string[] = [];
  if (because === '' || finding === '') found.push('says nothing');
  if (/\b(NaN|Infinity|undefined|null)\b/.test(`${because} ${finding}`)) found.push(`says ${because} ${finding}`);
  if (verdict === 'not measured') {
    if (deciding.length > 0) found.push('is not measured, and yet a number decides it');
    return found;
  }
  if (deciding.length === 0) found.push(`is ${verdict} without a number that decides it`);
  const apart = deciding.some(({ low, high, thresholds }) => thresholds.every((at) => high < at || low > at));
  if (verdict !== 'inconclusive' && deciding.length > 0 && !apart) {
    found.push(`is ${verdict}, though every interval contains its threshold`);
  }
  return found;
}

function inEstimate(estimate: JudgedEstimate): string[] {
  const { metric, factors, value, low, high, n } = estimate;
  const words = `${metric} with ${keyOf(factors)}: ${value} (${low} to ${high})`;
  if (![value, low, high].every(Number.isFinite)) return [`${words} is no number`];
  return [
    ...(low <= value && value <= high ? [] : [`${words} lies outside of its interval`]),
    ...(n >= 1 ? [] : [`${words} rests on ${n} observations`]),
    ...LIMITS.filter(({ exceeded }) => exceeded(estimate)).map(({ says }) => `${words} ${says}`),
  ];
}

interface Limit {
  readonly says: string;
  exceeded(estimate: JudgedEstimate): boolean;
}

const LIMITS: readonly Limit[] = [
  { says: 'is a share below 0', exceeded: ({ unit, low }) => unit === 'share' && low < -EXACT },
  { says: 'is a share above 1', exceeded: ({ unit, high }) => unit === 'share' && high > 1 + EXACT },
  {
    says: 'is more than so many instances can serve',
    exceeded: ({ metric, factors, low }) => metric === 'speedup' && low > Number(factors.instances),
  },
  {
    says: 'is no maximum by a mean',
    exceeded: ({ metric, factors, value }) =>
      metric === 'maxToMeanLoad' && (value < 1 - EXACT || value > Number(factors.instances) + EXACT),
  },
];
