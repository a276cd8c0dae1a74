import { type BootstrapOptions, bootstrapInterval, DEFAULT_CONFIDENCE, type Interval } from './bootstrap.js';
import { mean } from './quantiles.js';
import { studentT } from './student-t.js';

/** Of a number that was cut off before it came to its end, such as an outage that lasted longer than it was watched. */
export type Bound = 'at least' | 'at most';

/** A number with its interval, the count of independent observations behind it, and its unit. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly unit: string;
  /** It is no point: the truth lies there or beyond. */
  readonly bound?: Bound;
}

export interface EstimateOptions extends BootstrapOptions {
  readonly unit: string;
}

/** The mean of one figure per round, such as a round's throughput. */
export function meanOverRounds(rounds: readonly number[], options: EstimateOptions): Estimate {
  const interval = withinReason(bootstrapInterval(rounds, mean, options), rounds);
  return { value: mean(rounds), ...interval, n: rounds.length, unit: options.unit };
}

/**
 * The geometric mean of one figure per round, for figures that err by a factor, as a p99 does: one round that stood still does not
 * outweigh all others, and the interval, that of the logarithms, never reaches zero.
 * @throws RangeError where a figure is not above zero
 */
export function typicalOfRounds(rounds: readonly number[], options: EstimateOptions): Estimate {
  const ones = rounds.map(() => 1);
  return { ...pairedRatio(rounds, ones, options), unit: options.unit };
}

/** An amount and the count it is divided by, such as a round's CPU microseconds and its requests. */
export interface Tally {
  readonly amount: number;
  readonly count: number;
}

/**
 * The ratio of sums, in which a round weighs as much as was counted in it. One in which nothing was counted says nothing of the
 * ratio and is left out: a resample of such rounds alone would be 0/0.
 * @throws RangeError where fewer than two rounds counted anything
 */
export function ratioOfSums(rounds: readonly Tally[], options: EstimateOptions): Estimate {
  const counted = rounds.filter(({ count }) => count > 0);
  const interval = withinReason(
    bootstrapInterval(counted, sumRatio, options),
    counted.map(({ amount }) => amount),
  );
  return { value: sumRatio(counted), ...interval, n: counted.length, unit: options.unit };
}

/** Amounts of which none is below zero (times, bytes, counts) have no mean below zero either. */
function withinReason({ low, high }: Interval, amounts: readonly number[]): Interval {
  return { low: amounts.every((amount) => amount >= 0) ? Math.max(0, low) : low, high };
}

/** Sum of the amounts by sum of the counts. */
export function sumRatio(tallies: readonly Tally[]): number {
  let [amount, count] = [0, 0];
  for (const tally of tallies) {
    amount += tally.amount;
    count += tally.count;
  }
  return amount / count;
}

/**
 * How many times `ours` is `theirs`, both measured in the same rounds: the geometric mean of the rounds' ratios. What slows
 * a whole round cancels out, and swapping the two gives exactly the reciprocal. All figures must be above zero.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[], options: BootstrapOptions): Estimate {
  const logs = ours.map((value, round) => Math.log(value / (theirs[round] ?? Number.NaN)));
  if (ours.length !== theirs.length || !logs.every(Number.isFinite)) {
    throw new RangeError('paired series need one figure above zero for each and the same rounds');
  }
  const { low, high } = bootstrapInterval(logs, mean, options);
  return { value: Math.exp(mean(logs)), low: Math.exp(low), high: Math.exp(high), n: logs.length, unit: 'ratio' };
}

/** One user's requests: how many were sent, and how many of them succeeded. */
export interface UserOutcome {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Share of successful requests. A user's requests share one fate (one session, one instance), so users are resampled and not
 * requests. Where nearly all users fared alike resampling would claim certainty: there the interval is never narrower than Wilson's
 * with each user as one trial (Journal of the American Statistical Association 22, 1927), so that one more failure raises no bound.
 */
export function proportionOverUsers(users: readonly UserOutcome[], options: BootstrapOptions): Estimate {
  if (users.some(({ trials }) => trials < 1)) throw new RangeError('every user needs at least one trial');
  const tallies = users.map(({ successes, trials }) => ({ amount: successes, count: trials }));
  const value = sumRatio(tallies);
  const failing = users.filter(({ successes, trials }) => successes < trials).length;
  const succeeding = users.filter(({ successes }) => successes > 0).length;
  // Where all fared alike so do all resamples.
  const isAlike = Math.min(failing, succeeding) === 0;
  const resampled = isAlike ? { low: value, high: value } : bootstrapInterval(tallies, sumRatio, options);
  if (Math.min(failing, succeeding) >= LEAST_UNLIKE) return { value, ...resampled, n: users.length, unit: 'ratio' };
  const wilson = wilsonInterval(value, users.length, options.confidence ?? DEFAULT_CONFIDENCE);
  const [low, high] = [Math.min(resampled.low, wilson.low), Math.max(resampled.high, wilson.high)];
  return { value, low: Math.max(0, low), high: Math.min(1, high), n: users.length, unit: 'ratio' };
}

/** Of users who fared otherwise than the rest: with fewer, resamples of them say little. */
const LEAST_UNLIKE = 10;
/** Degrees of freedom from which on Student's t is as good as normal. */
const MANY = 100_000;

function wilsonInterval(share: number, n: number, confidence: number): Interval {
  const z = studentT(confidence, MANY);
  const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const halfWidth = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  return { low: centre - halfWidth, high: centre + halfWidth };
}
