import { periodMsOf } from '../cluster/cpu-quota.js';
import type { Check, Factors, OfferedLoadRound } from '../contract.js';
import { BenchError } from '../errors.js';
import { scheduleKept } from '../load/checks.js';
import type { LoadRequest } from '../load/load-result.js';
import { type OpenLoopResult, runOpenLoop } from '../load/open-loop.js';
import { createSchedule } from '../load/schedule.js';
import { shuffle, uniformInt } from '../stats/prng.js';
import { needsRedis } from '../strategies.js';
import { chooseSlice, sendFor } from './closed-loops.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { pageViews } from './signing-in.js';

const MOST_REPEATS = 2;
/** So small that balancer and generator have most of the machine: with larger ones the generator was late in half of the rounds. */
const LARGEST_SLICE = 0.08;
const WARM_UP_MS = 1_500;
const PROBE_MS = 1_500;
const CONNECTIONS_PER_INSTANCE = 64;
/** At the lowest load: of fewer there is no 99th percentile to speak of. */
const REQUESTS_IN_A_ROUND = 250;
const SHORTEST_ROUND_MS = 1_000;
const LONGEST_ROUND_MS = 4_000;
const GENERATOR_CORES = 0.8;
/** An error comes sooner than an answer: what breaks would seem fast. Whoever waits in vain has waited, and counts. */
const UNEXPECTED_SHARE = 0.01;

/** Requests that come whether or not earlier ones were answered: for latency at a load. */
export const offeredLoad: Protocol<'offered-load'> = {
  leastSweeps: 8,
  requires: (_, { strategy }) => ['slices of CPU', ...(needsRedis(strategy) ? (['Redis'] as const) : [])],
  seconds: (_, cells) => ({ setup: 8, sweep: 1.4 * cells.length }),
  async *measure(task, context) {
    const { cluster } = context;
    try {
      await cluster.serveWith(instancesOf(task));
      const requests = new Map<string, LoadRequest[]>();
      for (const strategy of new Set(task.cells.map(({ strategy }) => String(strategy)))) {
        requests.set(strategy, await pageViews(context, strategy, task.settings.users));
      }
      const sizes = await findSizes(task, requests, context);
      for (let sweep = context.firstSweep; ; sweep++) {
        const random = context.random(`order ${sweep}`);
        context.say(`round ${sweep + 1}`);
        const rounds: OfferedLoadRound[] = [];
        for (const factors of shuffle(task.cells, random)) {
          const round = { factors, sweep, seed: uniformInt(random, 2 ** 31), sizes };
          rounds.push(await offerOnTime(task.key, round, requests.get(String(factors.strategy)) ?? [], context));
        }
        yield rounds;
      }
    } finally {
      await cluster.limitCpu('instances', undefined);
      await cluster.serveWith(cluster.instances);
    }
  },
};

function instancesOf({ cells }: Task<'offered-load'>): number {
  return Math.max(...cells.map(({ instances }) => Number(instances)));
}

interface Sizes {
  readonly instanceCores: number;
  /** Of each strategy. */
  readonly capacityRps: ReadonlyMap<string, number>;
  readonly roundMs: number;
}

/** Loads are shares of a strategy's own capacity: who has more of it would seem not to slow down. Cuts the slices. */
async function findSizes(
  task: Task<'offered-load'>,
  users: ReadonlyMap<string, readonly LoadRequest[]>,
  context: ProtocolContext,
): Promise<Sizes> {
  const instances = instancesOf(task);
  const connections = CONNECTIONS_PER_INSTANCE * instances;
  const closedLoops = [...users.values()].map((requests) => requests.slice(0, connections));
  const works: Awaited<ReturnType<typeof sendFor>>['work'][] = [];
  if (!context.isWarm) context.say('warming up');
  for (const requests of context.isWarm ? [] : closedLoops)
    works.push((await sendFor(context, requests, WARM_UP_MS)).work);
  const found = await context.calibrate(async () => {
    const instanceCores = chooseSlice(works, instances, LARGEST_SLICE);
    await context.cluster.limitCpu('instances', instanceCores);
    const capacities: number[] = [];
    for (const requests of closedLoops) capacities.push((await sendFor(context, requests, PROBE_MS)).rps);
    const leastRps = Math.min(...capacities);
    if (!(leastRps > 0)) throw new BenchError('REQUEST_FAILED', `Slices of ${instanceCores} cores answer nothing.`);
    const lowestRps = leastRps * Math.min(...task.cells.map(({ load }) => Number(load)));
    const roundMs = Math.min(LONGEST_ROUND_MS, Math.max(SHORTEST_ROUND_MS, (1000 * REQUESTS_IN_A_ROUND) / lowestRps));
    const rps = Object.fromEntries([...users.keys()].map((strategy, at) => [nameOf(strategy), capacities[at] ?? 0]));
    return { instanceCores, roundMs: Math.round(roundMs), ...rps };
  });
  const { instanceCores = 0, roundMs = 0 } = found;
  const capacityRps = new Map([...users.keys()].map((strategy) => [strategy, found[nameOf(strategy)] ?? 0]));
  await context.cluster.limitCpu('instances', instanceCores);
  return { instanceCores, capacityRps, roundMs };
}

/** Of a calibration's value. */
const nameOf = (strategy: string) => `capacityRps ${strategy}`;

interface Offer {
  readonly factors: Factors;
  readonly sweep: number;
  readonly seed: number;
  readonly sizes: Sizes;
}

/** A round for which the generator was late says nothing about the cluster: it is measured again, with the same schedule. */
async function offerOnTime(
  key: string,
  offer: Offer,
  requests: readonly LoadRequest[],
  context: ProtocolContext,
): Promise<OfferedLoadRound> {
  for (let repeats = 0; ; repeats++) {
    const finish = beginRound(key, offer.factors, offer.sweep);
    const { result, offeredRps } = await send(offer, requests, context);
    const round = observe(offer, result, { offeredRps, repeats });
    const checks = checkOffered(result);
    if (scheduleKept(result).ok || repeats === MOST_REPEATS) {
      return { protocol: 'offered-load', ...finish(checks), ...round };
    }
  }
}

async function send({ factors, seed, sizes }: Offer, requests: readonly LoadRequest[], context: ProtocolContext) {
  const offeredRps = (sizes.capacityRps.get(String(factors.strategy)) ?? 0) * Number(factors.load);
  const shape = {
    rateRps: offeredRps,
    durationMs: sizes.roundMs,
    arrivals: 'poisson' as const,
    identities: requests.length,
  };
  const schedule = createSchedule(shape, seed);
  const { url } = context.cluster;
  return { offeredRps, result: await runOpenLoop({ url, schedule, requests, signal: context.signal }) };
}

function observe(
  { sizes }: Offer,
  result: OpenLoopResult,
  { offeredRps, repeats }: { readonly offeredRps: number; readonly repeats: number },
) {
  const { sent, answered, statuses, failures, openLoop, generatorCpuMicros, histogram } = result;
  const { scheduled, late, lagP99Ms } = openLoop;
  return {
    offeredRps,
    instanceCores: sizes.instanceCores,
    slicePeriodMs: periodMsOf(sizes.instanceCores),
    scheduled,
    sent,
    answered,
    statuses,
    failures,
    latency: histogram,
    late,
    lagP99Ms,
    repeats,
    generatorCpuMicros,
  };
}

function checkOffered(result: OpenLoopResult): Check[] {
  const failed = Object.values(result.failures).reduce((sum, count) => sum + count, 0);
  const unexpected = result.unexpected + failed - (result.failures.timeout ?? 0);
  const cores = result.generatorCpuMicros / 1000 / result.durationMs / result.generatorThreads;
  return [
    scheduleKept(result),
    {
      name: 'sent = answered + failed',
      ok: result.sent > 0 && result.sent === result.answered + failed,
      detail: `${result.sent} sent, ${result.answered} answered, ${failed} failed`,
    },
    {
      name: 'few unexpected answers',
      ok: unexpected <= UNEXPECTED_SHARE * result.sent,
      detail: `${unexpected} of ${result.sent} came to an error`,
    },
    {
      name: 'generator has room',
      ok: cores < GENERATOR_CORES,
      detail: `${(100 * cores).toFixed(1)} % of a core used in each of ${result.generatorThreads} threads`,
    },
  ];
}
