import { type BootstrapOptions, bootstrapInterval, DEFAULT_CONFIDENCE, type Interval } from './bootstrap.js';
import { mean } from './quantiles.js';

/** A number with its interval, the count of independent observations behind it, and its unit. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly unit: string;
}

export interface EstimateOptions extends BootstrapOptions {
  readonly unit: string;
}

/** The mean of one figure per round, such as a round's throughput. */
export function meanOverRounds(rounds: readonly number[], options: EstimateOptions): Estimate {
  const interval = withinReason(bootstrapInterval(rounds, mean, options), rounds);
  return { value: mean(rounds), ...interval, n: rounds.length, unit: options.unit };
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
 * requests. Where every request of every user ended alike, resampling would claim certainty: the bound away from the value
 * is then the exact binomial one with each user as one trial (Clopper and Pearson, 1934).
 */
export function proportionOverUsers(users: readonly UserOutcome[], options: BootstrapOptions): Estimate {
  if (users.some(({ trials }) => trials < 1)) throw new RangeError('every user needs at least one trial');
  const tallies = users.map(({ successes, trials }) => ({ amount: successes, count: trials }));
  const value = sumRatio(tallies);
  const { low, high } =
    value === 0 || value === 1 ? allAlike(value, users.length, options) : bootstrapInterval(tallies, sumRatio, options);
  return { value, low: Math.max(0, low), high: Math.min(1, high), n: users.length, unit: 'ratio' };
}

function allAlike(value: 0 | 1, n: number, { confidence = DEFAULT_CONFIDENCE }: BootstrapOptions) {
  const bound = ((1 - confidence) / 2) ** (1 / n);
  return value === 1 ? { low: bound, high: 1 } : { low: 0, high: 1 - bound };
}
