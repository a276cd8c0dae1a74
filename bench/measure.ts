import type { StrategyName } from '../services/contract.js';
import { isSound, roundsByCell } from './claims/evidence.js';
import { lend } from './cluster/lease.js';
import type { Measurement, PlanRecord, ProtocolName, Results } from './contract.js';
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
  /** By `now`: from then on the run is over its minutes. */
  readonly endsAt: number;
  /** @param share of the measurement's time, 0 to 1 */
  readonly progress: (share: number, what: string) => void;
  /** How long nothing may come, of a sweep that is planned to take so many seconds. Default: generous. */
  readonly standstillMs?: ((plannedSeconds: number) => number) | undefined;
}

/** A sweep that takes so many times as long as planned, and a minute more, has come to a standstill. */
const STANDSTILL_TIMES = 10;
const STANDSTILL_SECONDS = 60;
/** On a machine much slower than the plan thinks fewer rounds have to do: the next claims have to have their turn. */
const HURRIED_SWEEPS = 4;
const MOST_TIMES = 3;
/** Rounds that failed a check are measured again, up to so many in all. */
const MOST_SWEEPS = 1.5;

/**
 * Sweeps until there are the least rounds of every cell and the time is up. What there is already counts.
 * @throws whatever went wrong; the rounds from before are in the log
 */
export async function measure(measurement: Measurement, site: Site, measuring: Measuring): Promise<void> {
  const { log, signal, standstillMs = standstillOf } = measuring;
  const protocol = PROTOCOLS[measurement.protocol] as unknown as Protocol<ProtocolName>;
  const task = measurement as unknown as Task<ProtocolName>;
  const planned = protocol.seconds(task.settings, task.cells);
  const budget = new Budget(measurement, planned.sweep, measuring);
  if (budget.isSpent(log.results)) return;
  const limitMs = standstillMs(planned.setup + planned.sweep);
  const [lease, givenUp] = [lend(site.cluster), new AbortController()];
  const lent = { pool: site.pool, cluster: lease.cluster, signal: AbortSignal.any([signal, givenUp.signal]) };
  const sweeps = protocol.measure(task, contextOf(measurement, lent, measuring, budget));
  try {
    while (!budget.isSpent(log.results)) {
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

/** The time and the rounds that a measurement is given, those of an interrupted run included. */
class Budget {
  readonly #startedAt: number;

  constructor(
    private readonly measurement: Measurement,
    private readonly sweepSeconds: number,
    private readonly clock: Pick<Measuring, 'now' | 'endsAt'>,
  ) {
    this.#startedAt = clock.now();
  }

  isSpent(results: Results): boolean {
    const { seconds } = this.measurement;
    const { now, endsAt } = this.clock;
    const leastSweeps = Math.min(this.measurement.leastSweeps, now() > endsAt ? HURRIED_SWEEPS : Infinity);
    const { sweeps, soundSweeps, earlierSeconds } = this.count(results);
    const elapsed = earlierSeconds + (now() - this.#startedAt) / 1000;
    if (elapsed >= MOST_TIMES * seconds + STANDSTILL_SECONDS) return true;
    const isMeasured = soundSweeps >= leastSweeps || sweeps >= MOST_SWEEPS * leastSweeps;
    return isMeasured && elapsed + this.sweepSeconds / 2 >= seconds;
  }

  share({ rounds }: Results): number {
    const { seconds, leastSweeps, cells } = this.measurement;
    const own = rounds.filter(({ measurement }) => measurement === this.measurement.key).length;
    const byTime = (this.clock.now() - this.#startedAt) / 1000 / seconds;
    return Math.min(1, byTime, Math.max(byTime / 2, own / (leastSweeps * cells.length)));
  }

  /** Of every cell; and the time that rounds from before this process took. */
  count(results: Results): { sweeps: number; soundSweeps: number; earlierSeconds: number } {
    const perCell = roundsByCell(results, this.measurement);
    const startedAt = Date.now() - (this.clock.now() - this.#startedAt);
    const earlier = perCell.flat().filter((round) => Date.parse(round.startedAt) < startedAt);
    return {
      sweeps: Math.min(...perCell.map(({ length }) => length)),
      soundSweeps: Math.min(...perCell.map((all) => all.filter(isSound).length)),
      earlierSeconds: earlier.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000,
    };
  }
}

function contextOf(
  { key }: Measurement,
  { cluster, pool, signal }: Site & Pick<Measuring, 'signal'>,
  { log, plan, progress }: Measuring,
  budget: Budget,
): ProtocolContext {
  const sweeps = log.results.rounds.filter(({ measurement }) => measurement === key).map(({ sweep }) => sweep);
  return {
    cluster,
    pool,
    strategies: plan.strategies as StrategyName[],
    signal,
    firstSweep: 1 + Math.max(-1, ...sweeps),
    random: (label) => createRandom(log.results.run.seed, `${key}/${label}`),
    say: (what) => progress(budget.share(log.results), what),
    async calibrate(measure) {
      const known = log.results.calibrations.find(({ measurement }) => measurement === key);
      if (known) return known.values;
      const values = await measure();
      log.append({ kind: 'calibration', measurement: key, values: { ...values } });
      return values;
    },
  };
}
