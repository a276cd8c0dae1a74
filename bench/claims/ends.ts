/** What claims about the end of sessions have in common: their numbers, and what theory says of them. */
import { STRATEGIES, type StrategyName, type StrategyTraits } from '../../services/contract.js';
import { ACTS, remainingS, windowS } from '../metrics/battery.js';
import type { Quantity } from '../metrics/quantity.js';
import type { Prediction, Scope } from './claim.js';
import { WINDOWS } from './measurements.js';

export type Act = keyof typeof ACTS;

/** For how long a copy of a credential is accepted after it was ended. */
export function windowAfter(act: Act, strategy: string): Quantity {
  return windowS(WINDOWS, { strategy, act: ACTS[act] });
}

/** The same of all strategies, and how long those that end when they expire would live on. */
export function windowsAfter(act: Act, { strategies }: Pick<Scope, 'strategies'>): Quantity[] {
  // A password can be tried a few times only, each time is a hash: it is tried after logout.
  const tried = strategies.filter((name) => act === 'logout' || STRATEGIES[name].credential !== 'password');
  const expiring = tried.filter((name) => STRATEGIES[name].ends[act] === 'at expiry');
  return [
    ...tried.map((strategy) => windowAfter(act, strategy)),
    ...expiring.map((strategy) => remainingS(WINDOWS, { strategy, act: ACTS[act] })),
  ];
}

/** What ends where it is held, or never, goes on for longer than is watched. */
export const WINDOW_PREDICTION: Prediction = {
  metric: 'windowS',
  formula: '0 where it ends at once, else what is left of its lifetime or of the memory that it was not denied',
  at({ strategy, act, cacheSeconds }, of) {
    if (Number(cacheSeconds ?? 0) > 0) return Number(cacheSeconds);
    const ends: StrategyTraits['ends'] | undefined = STRATEGIES[strategy as StrategyName]?.ends;
    const end = (Object.keys(ACTS) as Act[]).find((one) => ACTS[one] === act);
    if (!ends || !end) return undefined;
    if (ends[end] === 'at once') return 0;
    return ends[end] === 'at expiry' ? of(remainingS(WINDOWS, { strategy: `${strategy}`, act: ACTS[end] })) : undefined;
  },
  // As wide as what is predicted it would agree with no window at all.
  within: (_, predicted) => (predicted === 0 ? 0.1 : Math.min(1, predicted / 4)),
};
