import { Pool } from 'undici';
import { ROUTES, SEED, STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { Aside } from '../cluster/cluster.js';
import type { Check, Factors, StormRound } from '../contract.js';
import { runClosedLoop } from '../load/closed-loop.js';
import type { LoadRequest } from '../load/load-result.js';
import { type OpenLoopResult, runOpenLoop } from '../load/open-loop.js';
import { createSchedule } from '../load/schedule.js';
import { type Random, uniformInt } from '../stats/prng.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { pageViewsAt } from './signing-in.js';
import { sweepsOf } from './sweeps.js';

/** What an instance is told about password checks: few at once and a short queue, as usual; or as many at once as threads allow. */
const GATES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  closed: {},
  open: { UV_THREADPOOL_SIZE: '32', PASSWORD_IN_FLIGHT: '31', PASSWORD_QUEUE: '10000' },
};
/** Without logins the gate plays no part. */
const CALM_GATE = 'closed';
const USERS = 32;
const ROUND_MS = 600;
const PROBE_MS = 800;
const PROBE_CONNECTIONS = 40;
const UNEXPECTED_SHARE = 0.01;
const GENERATOR_CORES = 0.8;
/** Of a round: by so much more it takes to answer logins that come faster than passwords can be checked. */
const BACKLOG_SHARE = 0.1;

/** Page views that come at a steady rate, while others sign in with a password or do not. */
export const storm: Protocol<'storm'> = {
  leastSweeps: 8,
  requires: (_, { strategy }) => [
    'instances with settings of their own',
    ...(STRATEGIES[strategy as StrategyName]?.needs.includes('redis') ? (['Redis'] as const) : []),
  ],
  seconds: (_, cells) => ({ setup: 6, sweep: cells.reduce((sum, { storm }) => sum + (storm ? 1.5 : 1), 0) }),
  async *measure(task, context) {
    const rig = await Rig.open(task, context);
    try {
      const found = await context.calibrate(() => rig.findCapacity());
      yield* sweepsOf(task.cells, context, (factors, sweep) => {
        context.say(factors.storm ? `storm, gate ${factors.gate}` : 'calm');
        const loginsRps = factors.storm ? task.settings.overload * (found.loginsPerSecond ?? 0) : 0;
        return rig.measureRound({ factors, sweep, loginsRps, random: context.random(`${sweep} ${gateOf(factors)}`) });
      });
    } finally {
      await rig.close();
    }
  },
};

const gateOf = ({ gate = CALM_GATE }: Factors) => String(gate);

interface Offer {
  readonly factors: Factors;
  readonly sweep: number;
  readonly loginsRps: number;
  readonly random: Random;
}

/** An instance for each gate, with users who are signed in there. */
class Rig {
  readonly #asides = new Map<string, Aside>();
  readonly #views = new Map<string, readonly LoadRequest[]>();
  readonly #pools: Pool[] = [];

  private constructor(
    private readonly task: Task<'storm'>,
    private readonly context: ProtocolContext,
  ) {}

  static async open(task: Task<'storm'>, context: ProtocolContext): Promise<Rig> {
    const rig = new Rig(task, context);
    try {
      for (const factors of task.cells) await rig.#prepare(factors);
      return rig;
    } catch (error) {
      await rig.close();
      throw error;
    }
  }

  async #prepare(factors: Factors): Promise<void> {
    const gate = gateOf(factors);
    const aside = this.#asides.get(gate) ?? (await this.context.cluster.startAside('instance', GATES[gate] ?? {}));
    this.#asides.set(gate, aside);
    if (this.#views.has(viewersOf(factors))) return;
    const pool = new Pool(aside.url);
    this.#pools.push(pool);
    const strategy = factors.strategy as StrategyName;
    const views = await pageViewsAt({ ...this.context, pool }, aside.url, strategy, USERS);
    this.#views.set(viewersOf(factors), views);
    // It has just started: what is compiled by the first requests is no part of what users wait for.
    await this.#runClosed(aside, views);
  }

  /** Password checks in a second, by as many threads as there are. */
  async findCapacity(): Promise<{ readonly loginsPerSecond: number }> {
    const aside = this.#asides.get('open') ?? this.#asides.get(CALM_GATE);
    const logins = this.#logins(PROBE_CONNECTIONS);
    const { goodputRps = 0 } = aside ? await this.#runClosed(aside, logins) : {};
    return { loginsPerSecond: goodputRps };
  }

  #runClosed({ url }: Aside, requests: readonly LoadRequest[]) {
    return runClosedLoop({
      url,
      connections: requests.length,
      requests: (connection) => requests.slice(connection, connection + 1),
      stop: { afterMs: PROBE_MS },
      signal: this.context.signal,
    });
  }

  #logins(users: number): LoadRequest[] {
    const { demoPassword: password } = this.context.cluster;
    return Array.from({ length: users }, (_, user) => ({
      method: 'POST',
      path: `/jwt${ROUTES.login}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: `${SEED.userPrefix}${user + 1}`, password }),
    }));
  }

  async measureRound({ factors, sweep, loginsRps, random }: Offer): Promise<StormRound> {
    const { url = '' } = this.#asides.get(gateOf(factors)) ?? {};
    const finish = beginRound(this.task.key, factors, sweep);
    const offer = (rateRps: number, requests: readonly LoadRequest[]) =>
      runOpenLoop({
        url,
        schedule: createSchedule(
          { rateRps, durationMs: ROUND_MS, arrivals: 'poisson', identities: requests.length },
          uniformInt(random, 2 ** 31),
        ),
        requests,
        // Load and instance share their cores, and password checks keep the load from them as well.
        latencyFrom: 'written',
        signal: this.context.signal,
      });
    const [views, logins] = await Promise.all([
      offer(this.task.settings.viewsRps, this.#views.get(viewersOf(factors)) ?? []),
      loginsRps > 0 ? offer(loginsRps, this.#logins(USERS)) : undefined,
    ]);
    const checks = [...checkViews(views), ...(logins ? checkStorm(logins) : [])];
    return { protocol: 'storm', ...finish(checks), ...observe(views, logins) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
    await Promise.all([...this.#asides.values()].map((aside) => aside.stop()));
  }
}

const viewersOf = (factors: Factors) => `${gateOf(factors)} ${factors.strategy}`;

function observe(views: OpenLoopResult, logins: OpenLoopResult | undefined) {
  const { sent, answered, statuses, failures, openLoop, generatorCpuMicros, histogram } = views;
  const { scheduled, late, lagP99Ms } = openLoop;
  return {
    scheduled,
    sent,
    answered,
    statuses,
    failures,
    latency: histogram,
    late,
    lagP99Ms,
    generatorCpuMicros,
    logins: { sent: logins?.sent ?? 0, statuses: logins?.statuses ?? {} },
  };
}

function checkViews(views: OpenLoopResult): Check[] {
  const failed = Object.values(views.failures).reduce((sum, count) => sum + count, 0);
  const unexpected = views.unexpected + failed - (views.failures.timeout ?? 0);
  const cores = views.generatorCpuMicros / 1000 / views.durationMs;
  return [
    {
      name: 'all that was due was sent',
      ok: views.sent === views.openLoop.scheduled && !views.failures.dropped,
      detail: `${views.sent} of ${views.openLoop.scheduled}, ${views.failures.dropped ?? 0} dropped`,
    },
    {
      name: 'sent = answered + failed',
      ok: views.sent > 0 && views.sent === views.answered + failed,
      detail: `${views.sent} sent, ${views.answered} answered, ${failed} failed`,
    },
    {
      name: 'few unexpected answers',
      ok: unexpected <= UNEXPECTED_SHARE * views.sent,
      detail: `${unexpected} of ${views.sent} came to an error`,
    },
    { name: 'generator has room', ok: cores < GENERATOR_CORES, detail: `${(100 * cores).toFixed(1)} % of a core used` },
  ];
}

/** One that fails signs nobody in, and one that is turned away was too many: that the others are too many as well shows in how long they take. */
function checkStorm({ sent, statuses, durationMs }: OpenLoopResult): Check[] {
  const [done, turnedAway] = [statuses[200] ?? 0, statuses[503] ?? 0];
  return [
    {
      name: 'logins are in order',
      ok: done + turnedAway === sent && done > 0,
      detail: `${done} signed in and ${turnedAway} turned away of ${sent}`,
    },
    {
      name: 'more logins come than are checked',
      ok: turnedAway > 0 || durationMs > (1 + BACKLOG_SHARE) * ROUND_MS,
      detail: `${turnedAway} turned away, the last answered after ${durationMs.toFixed(0)} ms`,
    },
  ];
}
