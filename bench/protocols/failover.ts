import { setTimeout } from 'node:timers/promises';
import pMap from 'p-map';
import { Pool } from 'undici';
import type { RedisTopology, StrategyName } from '../../services/contract.js';
import type { Aside } from '../cluster/cluster.js';
import type { Master, ReplicatedStore } from '../cluster/replicated-store.js';
import { type Factors, type FailoverRound, TIMELINE_TIMEOUT_MS } from '../contract.js';
import { type Session, SessionTraffic, type Target } from '../load/session-traffic.js';
import { isBack } from '../metrics/failover.js';
import { keyOf } from '../metrics/quantity.js';
import { checkFailover, countBins } from './failover-counts.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { sweepsOf } from './sweeps.js';

const INSTANCES = 2;
const READERS = 40;
const CONFIRMATIONS = 15;
const QUIET_MS = 1_000;
/** Without a failure for so long, service is back: a third of the keys alone is asked for dozens of times meanwhile. */
const CALM_MS = 2_000;
/** An outage is watched for so long, and a store has as long to be whole again. */
const LONGEST_MS = 45_000;
const POLL_EVERY_MS = 50;
const CONCURRENCY = 16;
/** About how long it takes to start a store with its instances, and for one failover. */
const START_SECONDS = 10;
const FAILOVER_SECONDS = 12;

/** The master of a replicated store is killed, while people sign in, read and sign out at instances that share it. */
export const failover: Protocol<'failover'> = {
  // The last of the looks then comes at twenty failovers.
  leastSweeps: 4,
  requires: () => ['a Redis of its own', 'instances with settings of their own', 'replicated stores'],
  seconds: (_, cells) => ({ setup: cells.length * START_SECONDS, sweep: cells.length * FAILOVER_SECONDS }),
  async *measure(task, context) {
    const rigs = new Map<string, Rig>();
    try {
      for (const factors of task.cells) rigs.set(keyOf(factors), await Rig.start(factors, context));
      yield* sweepsOf(task.cells, context, async (factors, sweep) => {
        context.say(`${factors.store}`);
        const rig = rigs.get(keyOf(factors));
        if (!rig) throw new RangeError(`there is no store ${factors.store}`);
        const round = await measureRound(task, { factors, sweep, rig }, context);
        // What has not come back is of no use to the next round.
        if (!isBack(round)) rigs.set(keyOf(factors), await rig.stop().then(() => Rig.start(factors, context)));
        return round;
      });
    } finally {
      await Promise.all([...rigs.values()].map((rig) => rig.stop()));
    }
  },
};

/** A replicated store, and instances that know it. */
class Rig {
  readonly targets: Target[] = [];
  readonly #asides: Aside[] = [];
  readonly #pools: Pool[] = [];

  private constructor(readonly store: ReplicatedStore) {}

  static async start({ store, strategy }: Factors, { cluster, say }: ProtocolContext): Promise<Rig> {
    say(`starting ${store}`);
    const rig = new Rig(await cluster.startStore(store as RedisTopology));
    try {
      const settings = { ...rig.store.settings, STRATEGIES: String(strategy) };
      for (let at = 0; at < INSTANCES; at++) rig.#add(await cluster.startAside('instance', settings));
      return rig;
    } catch (error) {
      await rig.stop();
      throw error;
    }
  }

  #add(aside: Aside): void {
    const pool = new Pool(aside.url, { headersTimeout: TIMELINE_TIMEOUT_MS, bodyTimeout: TIMELINE_TIMEOUT_MS });
    this.#asides.push(aside);
    this.#pools.push(pool);
    this.targets.push({ pool, origin: aside.url });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
    await Promise.all(this.#asides.map((aside) => aside.stop()));
    await this.store.stop();
  }
}

interface Place {
  readonly factors: Factors;
  readonly sweep: number;
  readonly rig: Rig;
}

async function measureRound(
  { key, settings }: Task<'failover'>,
  { factors, sweep, rig: { store, targets } }: Place,
  { cluster, random, signal }: ProtocolContext,
): Promise<FailoverRound> {
  // And not after the last one: another store has its turn while this one gets its server back.
  await store.untilWhole(AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]));
  const chance = random(`${sweep} ${keyOf(factors)}`);
  const finish = beginRound(key, factors, sweep);
  const { benchToken } = cluster;
  const strategy = factors.strategy as StrategyName;
  const traffic = new SessionTraffic({ targets, strategy, benchToken, rates: settings, random: chance });
  const readers = await traffic.signInReaders(READERS);
  const confirmMs: number[] = [];
  let [killedMs, keyShare] = [0, 0];
  let master: Master;
  traffic.start();
  try {
    await setTimeout(QUIET_MS, undefined, { signal });
    master = await store.chooseMaster(chance);
    ({ keyShare } = master);
    for (let tried = 0; tried < CONFIRMATIONS; tried++) confirmMs.push(await master.confirm());
    killedMs = traffic.now();
    master.kill();
    await untilCalm(traffic, killedMs, signal);
  } finally {
    await traffic.stop();
  }
  const logins = await lookFor(traffic, traffic.signedIn, true);
  const logouts = await lookFor(traffic, traffic.signedOut, false);
  const observed = { killedMs, keyShare, confirmMs, logins, logouts, ...countBins(traffic.asked) };
  const checks = checkFailover(observed, { readers: readers / READERS, isReplaced: await master.isReplaced() });
  return { protocol: 'failover', ...finish(checks), ...observed };
}

/** Service is back everywhere: requests go to each instance in turn. */
async function untilCalm(traffic: SessionTraffic, killedMs: number, signal: AbortSignal): Promise<void> {
  const isCalm = () => traffic.now() - Math.max(killedMs, traffic.lastFailedMs) > CALM_MS;
  const isOver = () => traffic.now() - killedMs > LONGEST_MS;
  while (!isCalm() && !isOver()) await setTimeout(POLL_EVERY_MS, undefined, { signal });
}

/** Presents each session: whether it is good tells what became of the promise. */
async function lookFor(traffic: SessionTraffic, promised: readonly Session[], shouldBeGood: boolean) {
  const found = await pMap(promised, (session) => traffic.isGood(session), { concurrency: CONCURRENCY });
  return {
    count: promised.length,
    lostMs: promised.flatMap(({ acknowledgedMs }, at) => (found[at] === !shouldBeGood ? acknowledgedMs : [])),
    unknown: found.filter((isGood) => isGood === undefined).length,
  };
}
