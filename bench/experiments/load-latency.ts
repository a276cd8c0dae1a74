import { ROUTES, type StrategyName } from '../../services/contract.js';
import { workBetween } from '../cluster/tiers.js';
import type { Cell, Check } from '../contract.js';
import { checkLoad, overRounds, scheduleKept, slicesCut } from '../load/checks.js';
import type { LoadRequest } from '../load/load-result.js';
import { type OpenLoopResult, runOpenLoop } from '../load/open-loop.js';
import { measureRound } from '../load/round.js';
import { createSchedule } from '../load/schedule.js';
import { signInUsers } from '../load/users.js';
import { meanOverRounds } from '../stats/estimate.js';
import { shuffle, uniformInt } from '../stats/prng.js';
import { type Experiment, type ExperimentContext, signInWith } from './experiment.js';

const SIZES = {
  quick: { users: 200, rounds: 5, roundMs: 700 },
  full: { users: 1_000, rounds: 12, roundMs: 3_000 },
} as const;

const INSTANCES = 2;
const SLICE_CORES = 0.08;
const SLO_P99_MS = 50;
/** Of the capacity of the strategy that has the least. */
const LOADS = [0.3, 0.6, 0.85] as const;
/** A session in a store, and a token. */
const CONTESTANTS: readonly StrategyName[] = ['redis', 'jwt'];
const CAPACITY_CONNECTIONS = 96;
const WARM_UP_MS = 1_000;
const MOST_REPEATS = 2;

export const loadLatency: Experiment = {
  id: 'load-latency',
  question: 'How does latency grow with the load that users offer, and up to which load is p99 below 50 ms?',
  plannedSeconds: ({ profile, strategies }) => {
    const { rounds, roundMs } = SIZES[profile];
    const contestants = CONTESTANTS.filter((name) => strategies.includes(name)).length;
    return (contestants * (3 * WARM_UP_MS + LOADS.length * rounds * (roundMs + 300))) / 1000;
  },
  load: ({ profile }) => ({ ...SIZES[profile], instances: INSTANCES, sliceCores: SLICE_CORES }),
  async *run(context) {
    const { plan, cluster } = context;
    await cluster.scaleTo(INSTANCES);
    const contestants: Contestant[] = [];
    for (const strategy of CONTESTANTS.filter((name) => plan.strategies.includes(name))) {
      const users = await signInUsers({ ...signInWith(context), strategy, count: SIZES[plan.profile].users });
      contestants.push({ strategy, requests: users.map((user) => user.requestFor(ROUTES.me)), rounds: new Map() });
    }
    try {
      const loads = await chooseLoads(context, contestants);
      await measureLoads(context, contestants, loads);
    } finally {
      await cluster.limitCpu('instances', undefined);
    }
    for (const contestant of contestants) yield* toCells(context, contestant);
  },
};

interface Contestant {
  readonly strategy: StrategyName;
  /** One for each user. */
  readonly requests: readonly LoadRequest[];
  /** By offered load in requests per second. */
  readonly rounds: Map<number, Round[]>;
}

interface Round {
  readonly load: OpenLoopResult;
  readonly instanceRequests: number;
  /** How often it had been measured before. */
  readonly repeats: number;
}

interface Offered {
  readonly offeredRps: number;
  readonly seed: number;
}

/** The same loads for all, so that they can be compared: shares of the least capacity. */
async function chooseLoads(context: ExperimentContext, contestants: readonly Contestant[]): Promise<number[]> {
  const { cluster, signal } = context;
  const closedLoop = ({ requests }: Contestant) => ({
    connections: CAPACITY_CONNECTIONS,
    requests: (connection: number) => requests.slice(connection, connection + 1),
    stop: { afterMs: WARM_UP_MS },
    signal,
  });
  context.progress(0, 'warming up');
  // Before the slices are cut: under them the compiler would never finish.
  for (const contestant of contestants) await measureRound(cluster, closedLoop(contestant));
  await cluster.limitCpu('instances', SLICE_CORES);
  const capacities: number[] = [];
  for (const contestant of contestants) {
    capacities.push((await measureRound(cluster, closedLoop(contestant))).load.throughputRps);
  }
  return LOADS.map((share) => Math.round((share * Math.min(...capacities)) / 10) * 10);
}

async function measureLoads(
  context: ExperimentContext,
  contestants: readonly Contestant[],
  loads: readonly number[],
): Promise<void> {
  const { rounds } = SIZES[context.plan.profile];
  const random = context.random('order');
  const steps = contestants.flatMap((contestant) => loads.map((offeredRps) => ({ contestant, offeredRps })));
  for (let round = 1; round <= rounds; round++) {
    context.progress(0.1 + (0.9 * (round - 1)) / rounds, `round ${round} of ${rounds}`);
    for (const { contestant, offeredRps } of shuffle(steps, random)) {
      const done = contestant.rounds.get(offeredRps) ?? [];
      const offered = { offeredRps, seed: uniformInt(random, 2 ** 31) };
      contestant.rounds.set(offeredRps, [...done, await offerOnTime(context, contestant, offered)]);
    }
  }
}

/** A round for which the generator was late says nothing about the cluster: it is measured again, with the same schedule. */
async function offerOnTime(context: ExperimentContext, contestant: Contestant, offered: Offered): Promise<Round> {
  for (let repeats = 0; ; repeats++) {
    const round = { ...(await offer(context, contestant, offered)), repeats };
    if (scheduleKept(round.load).ok || repeats === MOST_REPEATS) return round;
  }
}

async function offer(
  { cluster, plan, signal }: ExperimentContext,
  { requests }: Contestant,
  { offeredRps, seed }: Offered,
): Promise<Omit<Round, 'repeats'>> {
  const shape = {
    rateRps: offeredRps,
    durationMs: SIZES[plan.profile].roundMs,
    arrivals: 'poisson' as const,
    identities: requests.length,
  };
  const before = await cluster.readTiers();
  const load = await runOpenLoop({ url: cluster.url, schedule: createSchedule(shape, seed), requests, signal });
  const { instanceRequests } = workBetween(before, await cluster.readTiers());
  return { load, instanceRequests };
}

function* toCells(context: ExperimentContext, { strategy, rounds }: Contestant): Generator<Cell> {
  const slices = slicesCut(context.cluster.cpuQuota, `${SLICE_CORES} cores each`);
  const random = context.random(strategy);
  const ascending = [...rounds].sort(([a], [b]) => a - b);
  for (const [offeredRps, measured] of ascending) {
    const mean = (unit: string, figure: (load: OpenLoopResult) => number) =>
      meanOverRounds(
        measured.map(({ load }) => figure(load)),
        { random, unit },
      );
    yield {
      factors: { strategy, offeredRps },
      metrics: {
        latencyP50Ms: mean('ms', ({ latency }) => latency.p50Ms),
        latencyP99Ms: mean('ms', ({ latency }) => latency.p99Ms),
        goodputRps: mean('1/s', ({ goodputRps }) => goodputRps),
        failedRatio: mean('ratio', ({ sent, statuses }) => 1 - (statuses[200] ?? 0) / sent),
      },
      checks: [
        slices,
        ...overRounds(measured.map(({ load, instanceRequests }) => checkLoad(load, { requests: instanceRequests }))),
        fewRepeats(measured),
      ],
    };
  }
  const series = ascending.map(([offeredRps, measured]) => ({
    offeredRps,
    p99s: measured.map(({ load }) => load.latency.p99Ms),
  }));
  const limits = (series[0]?.p99s ?? []).map((_, round) =>
    loadAt(
      SLO_P99_MS,
      series.map(({ offeredRps, p99s }) => ({ offeredRps, p99Ms: p99s[round] ?? Number.NaN })),
    ),
  );
  yield {
    factors: { strategy, slo: `p99 < ${SLO_P99_MS} ms` },
    metrics: { loadAtSloRps: meanOverRounds(limits, { random, unit: '1/s' }) },
    checks: [slices],
  };
}

/** So that leaving late rounds out cannot choose the quiet ones. */
function fewRepeats(rounds: readonly Round[]): Check {
  const repeated = rounds.filter(({ repeats }) => repeats > 0).length;
  return {
    name: 'few rounds repeated',
    ok: repeated <= rounds.length / 4,
    detail: `${repeated} of ${rounds.length} rounds were measured again, as the generator had been late`,
  };
}

interface Point {
  readonly offeredRps: number;
  readonly p99Ms: number;
}

/** The load at which p99 crosses the limit, on a straight line between loads; the largest one tried where none crosses it. */
function loadAt(limitMs: number, points: readonly Point[]): number {
  const above = points.findIndex(({ p99Ms }) => p99Ms >= limitMs);
  const [before, after] = [points[above - 1], points[above]];
  if (!after) return points.at(-1)?.offeredRps ?? 0;
  if (!before) return (after.offeredRps * limitMs) / after.p99Ms;
  const share = (limitMs - before.p99Ms) / (after.p99Ms - before.p99Ms);
  return before.offeredRps + share * (after.offeredRps - before.offeredRps);
}
