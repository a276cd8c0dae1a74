import type {
  BatteryRound,
  FailoverRound,
  OfferedLoadRound,
  PopulationRound,
  ProtocolName,
  RaceRound,
  ReplicationRound,
  Round,
  RoundOf,
  SaturationRound,
  StormRound,
  StrategyTimeline,
  TimelineRound,
  VisitsRound,
} from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { throughputOf, utilisationsOf } from '../metrics/saturation.js';
import { utilisationAtMost } from '../protocols/saturation-checks.js';
import { decodeTimes, meanMs } from '../stats/histogram.js';
import { formatNumber } from '../words/numbers.js';
import { sum } from './simulation.js';

/** What is left of one period of a slice may be used in the next, at either end of a window. */
const BUSY_AT_MOST = 1.05;
/** Requests are counted as they come by one party, as they are answered by another. */
const UNDER_WAY_AT_MOST = 1.1;

/** A part, and the whole that it is no more than; or, where they must be the same, an equation. */
interface Relation {
  readonly name: string;
  readonly part: number;
  readonly whole: number;
  readonly equal?: boolean;
}

/** What does not add up in a round, in words. */
export function roundViolations(round: Round): string[] {
  const relations = RELATIONS[round.protocol] as (round: Round) => readonly Relation[];
  return relations(round)
    .filter(({ part, whole, equal }) => !(equal ? part === whole : part <= whole))
    .map(({ name, part, whole, equal }) => {
      const where = `${round.protocol} with ${keyOf(round.factors)}, sweep ${round.sweep}`;
      return `${where}: ${name}: ${formatNumber(part)} ${equal ? 'is not' : 'is more than'} ${formatNumber(whole)}`;
    });
}

const RELATIONS: { readonly [P in ProtocolName]: (round: RoundOf<P>) => readonly Relation[] } = {
  visits: inVisits,
  saturation: inSaturation,
  'offered-load': inOfferedLoad,
  timeline: inTimeline,
  battery: inBattery,
  race: inRace,
  population: inPopulation,
  storm: inStorm,
  failover: inFailover,
  replication: inReplication,
};

function inBattery({ cases, counts }: BatteryRound): Relation[] {
  return [...inCases(cases), ...inFacts(counts)];
}

/** What can be read in credentials and what cannot are all that is known. */
function inFacts(counts: BatteryRound['counts']): Relation[] {
  const strategies = Object.keys(counts).flatMap((name) => /^(.+) readable facts$/.exec(name)?.[1] ?? []);
  return strategies.map((strategy) => ({
    name: `facts with ${strategy}`,
    part: (counts[`${strategy} readable facts`] ?? 0) + (counts[`${strategy} unreadable facts`] ?? 0),
    whole: counts[`${strategy} facts`] ?? 0,
    equal: true,
  }));
}

function inCases(cases: BatteryRound['cases']): Relation[] {
  return cases.flatMap(({ strategy, name, answers }) => {
    const of = `with ${strategy}, ${name}`;
    return [
      { name: `cases without an answer ${of}`, part: answers.length > 0 ? 0 : 1, whole: 0 },
      ...answers.flatMap(({ status, firstMs, lastMs, count }, at) => [
        { name: `first of the answers ${of}`, part: firstMs, whole: lastMs },
        { name: `answers in no time ${of}`, part: lastMs > firstMs ? 2 : 1, whole: count },
        { name: `first before the last of those before ${of}`, part: answers[at - 1]?.lastMs ?? 0, whole: firstMs },
        { name: `the same status twice ${of}`, part: answers[at - 1]?.status === status ? 1 : 0, whole: 0 },
      ]),
    ];
  });
}

function inRace({ trials, wrong }: RaceRound): Relation[] {
  return [
    { name: 'sessions in which something went wrong', part: wrong.length, whole: trials.length, equal: true },
    ...trials.map((whole, session) => ({
      name: `wrong in session ${session}`,
      part: wrong[session] ?? Number.NaN,
      whole,
    })),
  ];
}

function inVisits({ users, statuses, byInstance }: VisitsRound): Relation[] {
  const requests = sum(users.requests);
  return [
    ...users.requests.map((whole, user) => ({
      name: `recognised of user ${user}`,
      part: users.recognised[user] ?? Number.NaN,
      whole,
    })),
    ...(users.moved ?? []).map((part, user) => ({
      name: `moved of user ${user}`,
      part,
      whole: users.requests[user] ?? 0,
    })),
    { name: 'users recognised', part: users.recognised.length, whole: users.requests.length, equal: true },
    { name: 'users who signed in', part: users.logins.length, whole: users.requests.length, equal: true },
    { name: 'requests by status', part: total(statuses), whole: requests, equal: true },
    { name: 'requests by instance', part: total(byInstance), whole: requests, equal: true },
    { name: 'recognised', part: sum(users.recognised), whole: statuses[200] ?? 0, equal: true },
  ];
}

function inSaturation(round: SaturationRound): Relation[] {
  const { steady, sent, answered, failures, instanceCores, connections, durationMs } = round;
  const { work } = steady;
  const times = decodeTimes(steady.latency);
  const instanceCpu = work.instanceCpuMicros / 1000 / work.cpuMs / Math.max(1, work.serving);
  return [
    { name: 'answered and failed', part: answered + total(failures), whole: sent },
    { name: 'answered in the steady time', part: total(steady.statuses), whole: answered },
    { name: 'times in the steady time', part: sum(times.counts), whole: answered + total(failures) },
    { name: 'steady time, ms', part: steady.durationMs, whole: durationMs },
    {
      name: 'slices of instances',
      part: instanceCores === null ? 0 : instanceCpu / instanceCores,
      whole: utilisationAtMost(instanceCores ?? 1, work.cpuMs),
    },
    {
      name: 'slice of the store',
      part: round.storeCores === null ? 0 : utilisationsOf(round).store,
      whole: utilisationAtMost(round.storeCores ?? 1, work.cpuMs),
    },
    { name: 'core of the balancer', part: work.balancerCpuMicros / 1000 / work.balancerMs, whole: BUSY_AT_MOST },
    {
      name: 'requests under way (X · R)',
      part: (throughputOf(round) * meanMs(times)) / 1000,
      // What was under way when the window began has waited before it, for one latency at most.
      whole: (UNDER_WAY_AT_MOST + Math.min(1, meanMs(times) / steady.durationMs)) * connections,
    },
    ...throttled('instances', work.instanceThrottling),
    ...throttled('the store', work.storeThrottling),
  ];
}

function throttled(whose: string, throttling: SaturationRound['steady']['work']['storeThrottling']): Relation[] {
  if (!throttling) return [];
  const { periods, throttledPeriods } = throttling;
  return [{ name: `throttled periods of ${whose}`, part: throttledPeriods, whole: periods }];
}

function inOfferedLoad({ scheduled, sent, answered, failures, statuses, late, latency }: OfferedLoadRound): Relation[] {
  return [
    { name: 'sent', part: sent, whole: scheduled },
    { name: 'late', part: late, whole: sent },
    { name: 'answered and failed', part: answered + total(failures), whole: sent },
    { name: 'requests by status', part: total(statuses), whole: answered, equal: true },
    { name: 'times', part: sum(decodeTimes(latency).counts), whole: scheduled },
  ];
}

function inPopulation({ readings }: PopulationRound): Relation[] {
  return readings.slice(1).map(({ sessions }, at) => ({
    name: 'sessions of a reading, and of the next',
    part: (readings[at]?.sessions ?? Number.NaN) + 1,
    whole: sessions,
  }));
}

function inStorm({ scheduled, sent, answered, failures, statuses, late, latency, logins }: StormRound): Relation[] {
  return [
    { name: 'sent', part: sent, whole: scheduled },
    { name: 'late', part: late, whole: sent },
    { name: 'answered and failed', part: answered + total(failures), whole: sent },
    { name: 'page views by status', part: total(statuses), whole: answered, equal: true },
    { name: 'times', part: sum(decodeTimes(latency).counts), whole: scheduled },
    { name: 'logins by status', part: total(logins.statuses), whole: logins.sent },
  ];
}

function inReplication({ factors, logins, messages, bytes, asked, stale }: ReplicationRound): Relation[] {
  return [
    { name: 'messages to other instances', part: messages, whole: 2 * logins * (Number(factors.instances) - 1) },
    { name: 'messages, and their bytes', part: messages, whole: bytes },
    { name: 'asked for', part: asked, whole: logins },
    { name: 'stale logins', part: stale, whole: asked },
  ];
}

function inFailover(round: FailoverRound): Relation[] {
  const { ok, refused, failed, statuses, failedLatency, binMs, killedMs, logins, logouts } = round;
  const promises = Object.entries({ logins, logouts }).map(([name, { count, lostMs, unknown }]) => ({
    name: `lost of ${name}`,
    part: lostMs.length + unknown,
    whole: count,
  }));
  return [
    ...promises,
    { name: 'bins of refusals', part: refused.length, whole: ok.length, equal: true },
    { name: 'bins of failures', part: failed.length, whole: ok.length, equal: true },
    { name: 'when the master was killed, ms', part: killedMs, whole: ok.length * binMs },
    { name: 'share of keys', part: round.keyShare, whole: 1 },
    { name: 'requests by status', part: total(statuses), whole: sum([...ok, ...refused, ...failed]), equal: true },
    { name: 'times to fail', part: sum(decodeTimes(failedLatency).counts), whole: sum(failed) },
  ];
}

function inTimeline({ strategies }: TimelineRound): Relation[] {
  return Object.entries(strategies).flatMap(([strategy, line]) =>
    inLine(line).map((relation) => ({ ...relation, name: `${relation.name} with ${strategy}` })),
  );
}

function inLine({
  users,
  loggedOut,
  ok,
  refused,
  failed,
  statuses,
  latency,
  failedLatency,
}: StrategyTimeline): Relation[] {
  const requests = sum(ok) + sum(refused) + sum(failed);
  return [
    { name: 'users logged out', part: loggedOut, whole: users },
    { name: 'bins of refusals', part: refused.length, whole: ok.length, equal: true },
    { name: 'bins of failures', part: failed.length, whole: ok.length, equal: true },
    { name: 'requests by status', part: total(statuses), whole: requests, equal: true },
    { name: 'times', part: sum(decodeTimes(latency).counts), whole: requests },
    { name: 'times to fail', part: sum(decodeTimes(failedLatency).counts), whole: sum(failed) },
  ];
}

function total(counts: Readonly<Record<string, number>>): number {
  return sum(Object.values(counts));
}
