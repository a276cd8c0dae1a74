/**
 * The arithmetic and the wording of the projection's tables. The report fills its tables by it, and the page carries the
 * source of these functions to fill them again with the reader's inputs: they refer to nothing but each other and `project`.
 */
import { type ProjectionInputs, project, type StrategyCosts } from '../../model/projection.js';

export type SessionHome = 'store' | 'instance' | 'client';

export interface ReaderInputs extends ProjectionInputs {
  /** Data of one session, without what its store adds. */
  readonly sessionBytes: number;
  /** Signed in at the same time. */
  readonly users: number;
}

/** A strategy, with its measured costs at both ends of their intervals. */
export interface Subject {
  readonly name: string;
  readonly keptIn: SessionHome;
  readonly overheadBytes: number;
  /** Whether its instance was measured as busy as can be, straight at it; else through the balancer. */
  readonly isBusy: boolean;
  readonly costs: { readonly low: StrategyCosts; readonly value: StrategyCosts; readonly high: StrategyCosts };
}

/** A table cell in words; an empty interval where nothing measured is in it. */
export interface Amount {
  readonly value: string;
  readonly interval: string;
}

export function formatCount(count: number): string {
  return Number.isFinite(count) ? count.toLocaleString('en', { maximumSignificantDigits: 3 }) : '–';
}

/** "14.1M": room for the interval beside it. */
export function formatUsers(users: number): string {
  const form = { notation: 'compact', maximumSignificantDigits: 3 } as const;
  return Number.isFinite(users) ? users.toLocaleString('en', form) : '–';
}

/** "6.25 GiB" from bytes with steps of 1024, "80 Mbit/s" from bits with steps of 1000. */
export function formatScaled(amount: number, step: number, units: readonly string[]): string {
  if (amount === 0) return '–';
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(amount) / Math.log(step) + 1e-9)));
  return `${formatCount(amount / step ** power)} ${units[power]}`;
}

/** Costs only rise from low to high, and what is projected with them. */
export function spanOf(value: string, low: string, high: string): Amount {
  return { value, interval: low === high ? '' : `${low} to ${high}` };
}

/** A strategy's costs with the reader's sessions in them, at each end of the intervals. */
export function completeCosts({ keptIn, overheadBytes, costs }: Subject, { sessionBytes }: ReaderInputs) {
  const complete = (measured: StrategyCosts): StrategyCosts => ({
    ...measured,
    sessionStoreBytes: keptIn === 'store' ? sessionBytes + overheadBytes : 0,
    sessionInstanceBytes: keptIn === 'instance' ? sessionBytes + overheadBytes : 0,
  });
  return { low: complete(costs.low), value: complete(costs.value), high: complete(costs.high) };
}

/** What all users together ask for, with any strategy. */
export function describeLoad(inputs: ReaderInputs): Amount[] {
  const { users, requestsPerUserHour, sessionHours } = inputs;
  const requests = formatCount((users * requestsPerUserHour) / 3600);
  const logins = formatCount(users / (sessionHours * 3600));
  return [{ value: `${requests} requests/s, ${logins} logins/s`, interval: '' }];
}

/** What it takes for so many users: instances, balancers, stores, store memory, instance memory, network. */
export function describeNeeds(subject: Subject, inputs: ReaderInputs): Amount[] {
  const { users } = inputs;
  const { low, value, high } = completeCosts(subject, inputs);
  const [least, likely, most] = [low, value, high].map((costs) => project(costs, inputs, users));
  const count = (of: 'instances' | 'balancers' | 'stores') =>
    spanOf(formatCount(likely?.[of] ?? 0), formatCount(least?.[of] ?? 0), formatCount(most?.[of] ?? 0));
  const bytes = (amount: number) => ({
    value: formatScaled(amount, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']),
    interval: '',
  });
  const network = formatScaled(likely?.networkBitsPerSecond ?? 0, 1000, [
    'bit/s',
    'kbit/s',
    'Mbit/s',
    'Gbit/s',
    'Tbit/s',
  ]);
  return [
    count('instances'),
    count('balancers'),
    count('stores'),
    bytes(likely?.storeMemoryBytes ?? 0),
    bytes(users * value.sessionInstanceBytes),
    { value: network, interval: '' },
  ];
}

/** The tier that gives out first, then the users that one instance, balancer, store (CPU, memory) and link carry. */
export function describeLimits(subject: Subject, inputs: ReaderInputs): Amount[] {
  const { low, value, high } = completeCosts(subject, inputs);
  const usersOf = (limit: (costs: StrategyCosts) => number) =>
    spanOf(formatUsers(limit(value)), formatUsers(limit(high)), formatUsers(limit(low)));
  // A tier alone: nothing else can give out before it.
  const alone = (tiers: readonly (keyof StrategyCosts)[]) =>
    usersOf((costs) => {
      const only = { ...costs };
      for (const tier of Object.keys(costs) as (keyof StrategyCosts)[]) if (!tiers.includes(tier)) only[tier] = 0;
      return project(only, inputs, 1).firstToGiveOut.atUsers;
    });
  const tiers = [low, value, high].map((costs) => project(costs, inputs, 1).firstToGiveOut.tier);
  const many = 1e12;
  return [
    { value: [...new Set(tiers)].join(' or '), interval: '' },
    usersOf((costs) => many / project(costs, inputs, many).instances),
    alone(['balancerCpuMicros']),
    alone(['storeCpuMicros']),
    alone(['sessionStoreBytes']),
    alone(['requestBytes', 'responseBytes']),
  ];
}
