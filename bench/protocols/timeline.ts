import { setTimeout } from 'node:timers/promises';
import { ROUTES, type StrategyName } from '../../services/contract.js';
import type { Check, StrategyTimeline, TimelineRound } from '../contract.js';
import { BIN_MS, TIMELINE_TIMEOUT_MS } from '../contract.js';
import type { Identity } from '../load/identity.js';
import { Recorder } from '../load/recorder.js';
import { type Outcome, startSteadyLoad } from '../load/steady-load.js';
import { comparedOf, isLostElsewhere } from '../strategies.js';
import type { Protocol, ProtocolContext, Task } from './protocol.js';
import { beginRound } from './round-head.js';
import { signIn } from './signing-in.js';
import { sweepsOf } from './sweeps.js';
import { HAPPENINGS } from './timeline-events.js';

/** Before the event, and after all is as it was. */
const QUIET_MS = 800;

/** A steady load of all strategies at once, while something happens to the cluster. */
export const timeline: Protocol<'timeline'> = {
  leastSweeps: 3,
  requires: (_, { event }) => HAPPENINGS[String(event)]?.requires ?? [],
  seconds: (_, cells) => ({
    setup: 0,
    sweep: cells.reduce((sum, { event, instances }) => {
      return sum + (HAPPENINGS[String(event)]?.seconds(Number(instances)) ?? 0) + 2;
    }, 0),
  }),
  async *measure(task, context) {
    const instances = Math.max(...task.cells.map((cell) => Number(cell.instances)));
    const before = context.cluster.instances;
    await context.cluster.scaleTo(instances);
    try {
      yield* sweepsOf(task.cells, context, (factors, sweep) => {
        context.say(String(factors.event));
        return measureRound(task, { factors, sweep }, context);
      });
    } finally {
      await context.cluster.scaleTo(before);
    }
  },
};

interface Crowd {
  readonly strategy: StrategyName;
  readonly users: readonly Identity[];
}

async function measureRound(
  { key, settings }: Task<'timeline'>,
  { factors, sweep }: Pick<TimelineRound, 'factors' | 'sweep'>,
  context: ProtocolContext,
): Promise<TimelineRound> {
  const { cluster, pool, signal, strategies } = context;
  const random = context.random(`${sweep} ${factors.event}`);
  const finish = beginRound(key, factors, sweep);
  const crowds: Crowd[] = [];
  for (const strategy of comparedOf(strategies)) {
    crowds.push({ strategy, users: await signIn(context, strategy, settings.usersPerStrategy) });
  }
  const before = await callRoll(crowds, cluster.instances);
  const senders = crowds.flatMap(({ strategy, users }) => users.map((user) => ({ strategy, user })));
  const requests = senders.map(({ user }) => user.requestFor(ROUTES.me));
  const { rateRps } = settings;
  const load = startSteadyLoad({
    pool,
    origin: cluster.url,
    requests,
    rateRps,
    timeoutMs: TIMELINE_TIMEOUT_MS,
    random,
  });
  const events: TimelineRound['events'] = [];
  let outcomes: readonly Outcome[] = [];
  try {
    await setTimeout(QUIET_MS, undefined, { signal });
    const note = (name: string, part: string) => void events.push({ atMs: load.now(), name, part });
    await HAPPENINGS[String(factors.event)]?.happen({ cluster, random, signal, note });
    await setTimeout(QUIET_MS, undefined, { signal });
  } finally {
    outcomes = await load.stop();
  }
  const after = await callRoll(crowds, cluster.instances);
  const lines = crowds.map(({ strategy, users }) => {
    const own = outcomes.filter(({ sender }) => senders[sender]?.strategy === strategy);
    const signedIn = users.filter((user) => before.has(user));
    const loggedOut = signedIn.filter((user) => !after.has(user)).length;
    return [strategy, { users: signedIn.length, loggedOut, ...countBins(own) }] as const;
  });
  const checks = checksOf(
    lines.map(([, line]) => line),
    settings,
  );
  return {
    protocol: 'timeline',
    ...finish(checks),
    binMs: BIN_MS,
    events,
    strategies: Object.fromEntries(lines),
  };
}

/**
 * Who is signed in. Where each instance knows its own sessions alone and requests go round, a user asks as often as there are
 * instances, one request after the other and nobody else between: round robin then leads to each.
 */
async function callRoll(crowds: readonly Crowd[], instances: number): Promise<ReadonlySet<Identity>> {
  const present = new Set<Identity>();
  for (const { strategy, users } of crowds) {
    const tries = isLostElsewhere(strategy) ? instances : 1;
    for (const user of users) {
      for (let tried = 0; tried < tries && !present.has(user); tried++) {
        const { status } = await user.get(ROUTES.me).catch(() => ({ status: 0 }));
        if (status === 200) present.add(user);
      }
    }
  }
  return present;
}

const isOk = ({ status }: Outcome) => status === 200;
const isFailed = ({ status }: Outcome) => status === 0 || status >= 500;

function countBins(outcomes: readonly Outcome[]): Omit<StrategyTimeline, 'users' | 'loggedOut'> {
  const bins = 1 + Math.max(0, ...outcomes.map(({ dueAtMs }) => Math.floor(dueAtMs / BIN_MS)));
  const series = (matches: (outcome: Outcome) => boolean) => {
    const counts = Array.from({ length: bins }, () => 0);
    for (const outcome of outcomes.filter(matches)) {
      const bin = Math.floor(outcome.dueAtMs / BIN_MS);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  };
  const [all, failed] = [new Recorder(), new Recorder()];
  for (const outcome of outcomes) {
    all.answered(outcome.status, 1000 * outcome.latencyMs);
    if (isFailed(outcome)) failed.answered(outcome.status, 1000 * outcome.latencyMs);
  }
  return {
    ok: series(isOk),
    refused: series((outcome) => !isOk(outcome) && !isFailed(outcome)),
    failed: series(isFailed),
    statuses: all.snapshot().statuses as Record<string, number>,
    latency: all.snapshot().latency,
    failedLatency: failed.snapshot().latency,
  };
}

function checksOf(lines: readonly StrategyTimeline[], { usersPerStrategy }: Task<'timeline'>['settings']): Check[] {
  const sum = (series: readonly number[]) => series.reduce((total, count) => total + count, 0);
  return [
    {
      name: 'every strategy was asked',
      ok: lines.every(({ ok, refused, failed }) => sum(ok) + sum(refused) + sum(failed) > 0),
      detail: lines.map(({ ok, refused, failed }) => `${sum(ok) + sum(refused) + sum(failed)} requests`).join(', '),
    },
    {
      name: 'everyone was signed in before',
      ok: lines.every(({ users }) => users === usersPerStrategy),
      detail: `${lines.map(({ users }) => users).join(', ')} of ${usersPerStrategy} users`,
    },
  ];
}
