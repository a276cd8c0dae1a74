import type { StrategyName } from '../services/contract.js';
import { attemptsIn, isSound, isUnsound, roundsByCell } from './claims/evidence.js';
import type { More } from './claims/needs.js';
import { lend } from './cluster/lease.js';
import type { PlanRecord, ProtocolName, Results } from './contract.js';
import { inTime } from './in-time.js';
import { PROTOCOLS } from './protocols/index.js';
import type { Protocol, ProtocolContext, Task } from './protocols/protocol.js';
import type { ResultLog } from './results/log.js';
import type { Site } from './sites.js';
import { createRandom } from './stats/prng.js';

export interface Measuring {
  readonly log: ResultLog;
  readonly plan: PlanRecord;
  readonly signal: AbortSignal;
  /** ms since any fixed moment */
  readonly now: () => number;
  /** By `now`: no sweep begins after it. */
  readonly endsAt: number;
  /** Whether this cluster was measured in this way before: then it is warm. */
  readonly isWarm: boolean;
  /** Tells people. */
  readonly say: (what: string) => void;
  /** How long nothing may come, of a sweep that is planned to take so many seconds. Default: generous. */
  readonly standstillMs?: ((plannedSeconds: number) => number) | undefined;
}

/** A sweep that takes so many times as long as planned, and a minute more, has come to a standstill. */
const STANDSTILL_TIMES = 10;
const STANDSTILL_SECONDS = 60;
/** Rounds that failed a check are measured again, up to so many times those that are wanted in all. */
const MOST_ATTEMPTS = 2;

/**
 * Sweeps until each cell has its rounds, or the time is up. Rounds that are there count.
 * @throws whatever went wrong; the rounds from before are in the log
 */
export async function measure(more: More, site: Site, measuring: Measuring): Promise<void> {
  const { log, signal, now, endsAt, standstillMs = standstillOf } = measuring;
  const { measurement, cells } = more;
  const protocol = PROTOCOLS[measurement.protocol] as unknown as Protocol<ProtocolName>;
  const task = { ...measurement, cells } as unknown as Task<ProtocolName>;
  const planned = protocol.seconds(task.settings, task.cells);
  const isDone = () => isReached(more, log.results) || now() >= endsAt;
  if (isDone()) return;
  const limitMs = standstillMs(planned.setup + planned.sweep);
  const [lease, givenUp] = [lend(site.cluster), new AbortController()];
  const lent = { pool: site.pool, cluster: lease.cluster, signal: AbortSignal.any([signal, givenUp.signal]) };
  const sweeps = protocol.measure(task, contextOf(more, lent, measuring));
  try {
    while (!isDone()) {
      const { value, done } = await inTime(sweeps.next(), signal, limitMs);
      if (done) return;
      for (const round of value) log.append(round);
    }
    await inTime(sweeps.return(undefined), signal, limitMs);
  } catch (error) {
    // What it left behind is mended by whoever goes on; nobody waits for it, and when it wakes up it can do no harm.
    givenUp.abort();
    lease.end();
    sweeps.return(undefined).catch(() => {});
    throw error;
  }
}

function standstillOf(plannedSeconds: number): number {
  return 1000 * (STANDSTILL_TIMES * plannedSeconds + STANDSTILL_SECONDS);
}

function isReached({ measurement, cells, sweeps }: More, results: Results): boolean {
  return roundsByCell(results, { key: measurement.key, cells }).every(
    (rounds) =>
      attemptsIn(rounds) >= MOST_ATTEMPTS * sweeps || (rounds.filter(isSound).length >= sweeps && !isUnsound(rounds)),
  );
}

function contextOf(
  more: More,
  { cluster, pool, signal }: Site & Pick<Measuring, 'signal'>,
  { log, plan, say, isWarm }: Measuring,
): ProtocolContext {
  const { key } = more.measurement;
  const sweeps = log.results.rounds.filter(({ measurement }) => measurement === key).map(({ sweep }) => sweep);
  return {
    cluster,
    pool,
    strategies: plan.strategies as StrategyName[],
    signal,
    isWarm,
    firstSweep: 1 + Math.max(-1, ...sweeps),
    random: (label) => createRandom(log.results.run.seed, `${key}/${label}`),
    say,
    async calibrate(measure) {
      const known = log.results.calibrations.find(({ measurement }) => measurement === key);
      if (known) return known.values;
      const values = await measure();
      log.append({ kind: 'calibration', measurement: key, values: { ...values } });
      return values;
    },
  };
}
