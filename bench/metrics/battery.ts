/** How long what was ended goes on to be accepted: a copy of a credential, presented again and again. Users are the units. */
import type { StrategyTraits } from '../../services/contract.js';
import type { BatteryCase, BatteryRound, Factors } from '../contract.js';
import { meanOverRounds } from '../stats/estimate.js';
import { mean } from '../stats/quantiles.js';
import { bounded, ratioQuantity } from './kinds.js';
import type { CellRef, Evidence, MeasurementRef, Quantity } from './quantity.js';

type Battery = MeasurementRef<'battery'>;

/** What ends sessions, by what the traits of strategies call it: all but a new sign-in, after which nobody relies on an end. */
export const ACTS = {
  logout: 'logout',
  passwordChange: 'change of password',
  revocation: 'revocation',
  demotion: 'demotion',
} as const satisfies Record<Exclude<keyof StrategyTraits['ends'], 'replacement'>, string>;

/** Of the tokens in this measurement. */
export const LIFETIME_S = 8;

const REFUSALS = [401, 403];

/** What a case is called: what was done, and for how long the instance that is asked remembers that a token was not denied. */
export function windowCase(act: string, cacheSeconds = 0): string {
  return cacheSeconds === 0 ? act : `${act}, cached for ${cacheSeconds} s`;
}

/** From the reply to what ends a credential until it is refused for good, in s; at least as long as it was tried where it never was. */
export function windowS(measurement: Battery, factors: Factors): Quantity {
  const described = { metric: 'windowS', label: 'time a copy is accepted', unit: 's', factors };
  const isAccepted = (one: BatteryCase) => windowOf(one)?.isCutOff === true;
  return bounded(
    overUsers(described, measurement, (one) => windowOf(one)?.seconds),
    (evidence) => (casesIn(evidence, measurement, factors).flat().some(isAccepted) ? 'at least' : undefined),
  );
}

/** From the reply until the credential itself says that it expires, in s. */
export function remainingS(measurement: Battery, factors: Factors): Quantity {
  const described = { metric: 'remainingS', label: 'time until it expires by itself', unit: 's', factors };
  return overUsers(described, measurement, ({ expiresMs }) => expiresMs && expiresMs / 1000);
}

/** Trips to the store in an hour for each user who goes on, where access tokens live for `lifetimeS`. */
export function refreshTripsPerHour(measurement: Battery, factors: Factors): Quantity {
  const cell: CellRef<'battery'> = { measurement, factors: measurement.settings };
  const described = { metric: 'refreshTripsPerHour', label: 'trips to the store per user and hour', unit: 'trips' };
  const anHour = 3600 / Number(factors.lifetimeS);
  return ratioQuantity({ ...described, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map(({ counts: { refreshes = 0, refreshTrips = 0 } }) => ({
      amount: anHour * refreshTrips,
      count: refreshes,
    })),
  );
}

interface Window {
  readonly seconds: number;
  readonly isCutOff: boolean;
}

/** Undefined where it was neither accepted nor refused. The refusal came about between the last time that it was accepted and the first that it was not. */
function windowOf({ answers }: Pick<BatteryCase, 'answers'>): Window | undefined {
  const last = answers.findLastIndex(({ status }) => status >= 200 && status < 300);
  const refused = answers.slice(last + 1).find(({ status }) => REFUSALS.includes(status));
  const acceptedMs = answers[last]?.lastMs;
  if (refused) return { seconds: toSeconds(((acceptedMs ?? 0) + refused.firstMs) / 2), isCutOff: false };
  return acceptedMs === undefined ? undefined : { seconds: toSeconds(acceptedMs), isCutOff: true };
}

/** To hundredths: what is asked for every 50 ms tells no more. */
const toSeconds = (ms: number): number => Math.round(ms / 10) / 100;

/** The cases of a strategy and an act, round by round. */
function casesIn(evidence: Evidence, measurement: Battery, { strategy, act, cacheSeconds }: Factors): BatteryCase[][] {
  const name = windowCase(String(act), Number(cacheSeconds ?? 0));
  const isOf = (one: BatteryCase) => one.strategy === strategy && one.name === name;
  return evidence
    .rounds({ measurement, factors: measurement.settings })
    .map(({ cases }: BatteryRound) => cases.filter(isOf));
}

function overUsers(
  described: Pick<Quantity, 'metric' | 'label' | 'unit' | 'factors'>,
  measurement: Battery,
  figure: (one: BatteryCase) => number | undefined,
): Quantity {
  const rounds = (evidence: Evidence) =>
    casesIn(evidence, measurement, described.factors).map((cases) => cases.flatMap((one) => figure(one) ?? []));
  return {
    ...described,
    cells: [{ measurement, factors: measurement.settings }],
    estimate: (evidence, options) => meanOverRounds(rounds(evidence).flat(), { ...options, unit: described.unit }),
    perRound: (evidence) =>
      rounds(evidence)
        .filter(({ length }) => length > 0)
        .map(mean),
  };
}
