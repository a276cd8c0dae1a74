import { setTimeout } from 'node:timers/promises';
import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import { statsBetween } from '../cluster/tiers.js';
import type { Factors, SaturationRound, SaturationSettings } from '../contract.js';
import { Histogram } from '../load/histogram.js';
import type { LoadRequest } from '../load/load-result.js';
import { IDLE } from '../metrics/saturation.js';
import { type Random, shuffle } from '../stats/prng.js';
import { needsRedis } from '../strategies.js';
import { type AsideCell, AsideCells, holdsPopulationInRedis, settingsOf } from './aside-cells.js';
import { idleFor, type Load, sendFor } from './closed-loops.js';
import { withClaims } from './padded-tokens.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { checkIdle, checkSaturation } from './saturation-checks.js';
import { findSizes, type Sizes } from './saturation-sizes.js';
import { pageViews } from './signing-in.js';

const IDLE_MS = 500;
/** About how long a round takes: where the database is asked, and where it is not. */
const ROUND_SECONDS = { asking: 1.6, other: 0.55 } as const;
const SETTLE_MS = 150;
const WARM_UP_MS = 1_500;
/** To start an instance and to warm it up. */
const ASIDE_SECONDS = 3.5;
/** Begun at it, with nobody else there. */
const SESSIONS_PER_SECOND = 30_000;
const LARGE_POPULATION = 1_000_000;
const NO_TIMES = new Histogram().encode();

/** A closed loop, setting after setting: for capacity, and for what a request costs. */
export const saturation: Protocol<'saturation'> = {
  leastSweeps: 8,
  requires({ slices }, factors) {
    const inRedis = needsRedis(factors.strategy);
    return [
      ...(settingsOf(factors)
        ? (['instances with settings of their own'] as const)
        : factors.straight
          ? (['a way past the balancer'] as const)
          : []),
      ...(slices === 'none' ? [] : (['slices of CPU'] as const)),
      ...(isLarge(factors) ? (['memory for a million sessions'] as const) : []),
      ...(slices === 'instances and store' || holdsPopulationInRedis(factors)
        ? (['a Redis of its own'] as const)
        : inRedis
          ? (['Redis'] as const)
          : []),
    ];
  },
  seconds({ slices }, cells) {
    const strategies = new Set(cells.map(({ strategy }) => strategy)).size;
    const asides = cells
      .filter(settingsOf)
      .reduce((sum, { sessions }) => sum + secondsToPrepare(Number(sessions ?? 0)), 0);
    const asking = cells.filter(({ strategy }) => STRATEGIES[strategy as StrategyName]?.databaseTripsPerRead).length;
    const sweep = ROUND_SECONDS.asking * asking + ROUND_SECONDS.other * (cells.length - asking);
    return slices === 'none'
      ? { setup: 1.8 * strategies + asides, sweep }
      : { setup: 5 + 2 * strategies + cells.length, sweep: cells.length };
  },
  async *measure(task, context) {
    const { cluster } = context;
    const { slices } = task.settings;
    const loaded = task.cells.filter(({ strategy }) => strategy !== IDLE);
    const most = Math.max(...loaded.map(({ instances }) => Number(instances)));
    const strategies = [...new Set(loaded.map(({ strategy }) => String(strategy)))];
    const asides = await AsideCells.start(cluster, task.cells);
    try {
      const sizes = await findSizes(task.settings, strategies, most, context);
      const settings: Setting[] = [];
      for (const factors of loaded) settings.push(await prepare(factors, asides.of(factors), sizes, context));
      if (slices !== 'none') await cluster.limitCpu('instances', sizes.instanceCores ?? undefined);
      if (slices === 'instances and store') await cluster.limitCpu('redis', sizes.storeCores ?? undefined);
      yield* sweeps(task, { settings, sizes }, context);
    } finally {
      await asides.stop();
      await cluster.limitCpu('instances', undefined);
      await cluster.limitCpu('redis', undefined);
      await cluster.serveWith(cluster.instances);
    }
  },
};

/** Where all that are wanted of this size are held at once. */
function isLarge({ sessions }: Factors): boolean {
  return Number(sessions ?? 0) >= LARGE_POPULATION;
}

function secondsToPrepare(sessions: number): number {
  return ASIDE_SECONDS + sessions / SESSIONS_PER_SECOND;
}

/** A cell, and what its connections send: a user of its own each, or several in turn where there are more users. */
interface Setting {
  readonly factors: Factors;
  /** What it is measured on, where that is none of the cluster's instances. */
  readonly cell: AsideCell | undefined;
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
}

async function prepare(
  factors: Factors,
  cell: AsideCell | undefined,
  { connectionsPerInstance }: Sizes,
  context: ProtocolContext,
): Promise<Setting> {
  const instances = Number(factors.instances);
  await context.cluster.serveWith(instances);
  const count = Number(factors.connections ?? connectionsPerInstance * instances);
  if (!cell) {
    const requests = await pageViews(context, String(factors.strategy), count);
    const padded = await withClaims(requests, Number(factors.claimsBytes ?? 0), context.cluster);
    return { factors, cell, requests: padded, connections: count };
  }
  const requests = await cell.pageViews(context, factors.strategy as StrategyName, count);
  // It has just started: what is compiled by the first requests is no part of a request's cost.
  await sendFor(context, requests, WARM_UP_MS, { url: cell.aside.url, aside: cell.aside, connections: count });
  return { factors, cell, requests, connections: count };
}

interface Plan {
  readonly settings: readonly Setting[];
  readonly sizes: Sizes;
}

/**
 * Just after slices were cut rounds are slow: of those one sweep more is measured first and thrown away. What was about to be
 * compiled or collected is done in it.
 */
async function* sweeps(task: Task<'saturation'>, plan: Plan, context: ProtocolContext) {
  const hasIdle = task.cells.some(({ strategy }) => strategy === IDLE);
  const firstSweep = context.firstSweep - (task.settings.slices === 'none' ? 0 : 1);
  for (let sweep = firstSweep; ; sweep++) {
    const rounds: SaturationRound[] = [];
    context.say(sweep < context.firstSweep ? 'settling' : `round ${sweep + 1}`);
    const now = { sweep: Math.max(0, sweep), sizes: plan.sizes };
    const random = context.random(`order ${sweep}`);
    const isIdleFirst = hasIdle && random() < 0.5;
    if (isIdleFirst) rounds.push(await measureIdle(task.key, now, context));
    for (const setting of inTurns(plan.settings, random)) {
      rounds.push(await measureRound(task, setting, now, context));
    }
    if (hasIdle && !isIdleFirst) rounds.push(await measureIdle(task.key, now, context));
    if (sweep >= context.firstSweep) yield rounds;
  }
}

/**
 * Strategies in random order, and the settings of one, which are what is compared, one after the other in random order: a machine
 * that gets slower should slow all of them.
 */
function inTurns(settings: readonly Setting[], random: Random): Setting[] {
  const strategies = [...new Set(settings.map(({ factors }) => factors.strategy))];
  return shuffle(strategies, random).flatMap((strategy) =>
    shuffle(
      settings.filter(({ factors }) => factors.strategy === strategy),
      random,
    ),
  );
}

async function measureRound(
  { key, settings: { slices } }: { readonly key: string; readonly settings: SaturationSettings },
  { factors, cell, requests, connections }: Setting,
  { sweep, sizes }: { readonly sweep: number; readonly sizes: Sizes },
  context: ProtocolContext,
): Promise<SaturationRound> {
  const { cluster } = context;
  await cluster.serveWith(Number(factors.instances));
  // On a slice of CPU an instance would have to spend it on the answer.
  const readStats = cell ? cell.readStats : () => cluster.readStats();
  const counted = slices === 'none' ? await readStats() : null;
  const finish = beginRound(key, factors, sweep);
  const roundMs = sizes.roundMsOf(factors.strategy);
  const load = await sendFor(context, requests, roundMs, straightTo({ factors, cell, connections }, cluster));
  const head = finish([]);
  const stats = counted && statsBetween(counted, await readStats());
  const strategy = factors.strategy as StrategyName;
  const trips = stats && {
    store: strategy in STRATEGIES ? stats.storeTrips(strategy) : 0,
    database: stats.databaseTrips,
  };
  const observed = { protocol: 'saturation' as const, ...head, ...observe(load, connections, sizes), trips };
  return { ...observed, checks: [...head.checks, ...checkSaturation(observed)] };
}

function straightTo({ factors, cell, connections }: Omit<Setting, 'requests'>, { straightUrl }: Cluster) {
  if (cell) return { url: cell.aside.url, aside: cell.aside, connections };
  return factors.straight && straightUrl !== null ? { url: straightUrl } : undefined;
}

async function measureIdle(
  key: string,
  { sweep, sizes }: { readonly sweep: number; readonly sizes: Sizes },
  { cluster }: ProtocolContext,
): Promise<SaturationRound> {
  // What the last load left behind is collected first.
  await setTimeout(SETTLE_MS);
  const finish = beginRound(key, { strategy: IDLE }, sweep);
  const load = await idleFor(cluster, IDLE_MS);
  const observed = { protocol: 'saturation' as const, ...finish([]), ...observe(load, 0, sizes), trips: null };
  return { ...observed, checks: [...observed.checks, ...checkIdle(observed)] };
}

function observe({ result, work }: Load, connections: number, { instanceCores, storeCores }: Sizes) {
  const nothing = { latency: NO_TIMES, statuses: {} };
  return {
    connections,
    instanceCores,
    storeCores,
    steady: {
      work,
      durationMs: result?.steady.durationMs ?? work.cpuMs,
      ...(result ? { statuses: result.steady.recorder.statuses, latency: result.steady.recorder.latency } : nothing),
    },
    sent: result?.sent ?? 0,
    answered: result?.answered ?? 0,
    failures: result?.failures ?? {},
    sentBytes: result?.sentBytes ?? 0,
    receivedBytes: result?.receivedBytes ?? 0,
    generatorCpuMicros: result?.generatorCpuMicros ?? 0,
  };
}
