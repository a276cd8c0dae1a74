import type { Factors, ProtocolName, RoundOf, SettingsOf } from '../contract.js';
import type { Estimate } from '../stats/estimate.js';
import type { Random } from '../stats/prng.js';

/** A way of measuring with its settings: rounds that were made alike but for their factors. */
export interface MeasurementRef<P extends ProtocolName = ProtocolName> {
  readonly protocol: P;
  readonly settings: SettingsOf[P];
  /** The same for the same protocol and settings: claims that ask for the same share its rounds. */
  readonly key: string;
}

/** The rounds of a measurement that have these factors. */
export interface CellRef<P extends ProtocolName = ProtocolName> {
  readonly measurement: MeasurementRef<P>;
  readonly factors: Factors;
}

/** Where rounds are found. */
export interface Evidence {
  /** Those that passed their checks, by ascending sweep. */
  rounds<P extends ProtocolName>(cell: CellRef<P>): readonly RoundOf<P>[];
  /** Why a cell cannot be used, or undefined where it can. */
  missing(cell: CellRef): string | undefined;
}

export interface EstimateOptions {
  readonly random: Random;
  /** Share of intervals that shall contain the truth. */
  readonly confidence: number;
  /** As many as `bootstrapInterval` takes, unless told otherwise. */
  readonly resamples?: number;
}

/** A number to be had from rounds. Pure. */
export interface Quantity {
  /** `recognisedRatio`: with the factors, what the number is called in every file. */
  readonly metric: string;
  /** For people: "share of requests recognised". */
  readonly label: string;
  /** `share` is a part of one, `ratio` a factor; others as they are printed. */
  readonly unit: string;
  readonly factors: Factors;
  /** All that it needs: one that is missing makes it unknown. */
  readonly cells: readonly CellRef[];
  /** @throws RangeError where the rounds do not give it */
  estimate(evidence: Evidence, options: EstimateOptions): Estimate;
  /** The same from each round alone, for a chart. */
  perRound(evidence: Evidence): readonly number[];
}

/** Tells quantities apart. */
export function nameOf({ metric, factors }: Pick<Quantity, 'metric' | 'factors'>): string {
  return `${metric} ${keyOf(factors)}`;
}

/** The same for the same factors, in whatever order. */
export function keyOf(factors: Factors): string {
  return Object.keys(factors)
    .sort()
    .map((name) => `${name}=${factors[name]}`)
    .join(' ');
}

function refer<P extends ProtocolName>(protocol: P, settings: SettingsOf[P]): MeasurementRef<P> {
  return { protocol, settings, key: `${protocol} ${keyOf(settings as Factors)}` };
}

/** Users who act one by one. */
export const visits = (settings: SettingsOf['visits']) => refer('visits', settings);
/** A closed loop: as many requests as the cluster answers. */
export const saturation = (settings: SettingsOf['saturation']) => refer('saturation', settings);
/** An open loop: requests that come whether or not earlier ones were answered. */
export const offeredLoad = (settings: SettingsOf['offered-load']) => refer('offered-load', settings);
/** A steady load of all strategies at once, while something happens to the cluster. */
export const timeline = (settings: SettingsOf['timeline']) => refer('timeline', settings);
/** Requests with all kinds of credentials, and what became of each. */
export const battery = (settings: SettingsOf['battery']) => refer('battery', settings);
/** Operations on one session at once. */
export const race = (settings: SettingsOf['race']) => refer('race', settings);
/** More and more sessions, and what they take. */
export const population = (settings: SettingsOf['population']) => refer('population', settings);
/** Page views at a steady rate, while others sign in. */
export const storm = (settings: SettingsOf['storm']) => refer('storm', settings);
/** The master of a replicated store killed under load. */
export const failover = (settings: SettingsOf['failover']) => refer('failover', settings);
/** Sessions that instances tell each other of. */
export const replication = (settings: SettingsOf['replication']) => refer('replication', settings);
