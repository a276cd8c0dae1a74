import { setTimeout } from 'node:timers/promises';
import type { Scope } from './claims/claim.js';
import { evidenceOf } from './claims/evidence.js';
import { BUILT } from './claims/index.js';
import { judgeAll } from './claims/judge.js';
import { type More, needsOf } from './claims/needs.js';
import type { Factors, Measurement, PlanRecord, Results } from './contract.js';
import { inTime } from './in-time.js';
import { type Measuring, measure } from './measure.js';
import { type CellRef, keyOf } from './metrics/quantity.js';
import type { Progress } from './progress.js';
import type { Sites } from './sites.js';

/** A measurement that fails is tried once more, on a cluster that was mended or replaced, for what decides alone. */
const ATTEMPTS = 2;
/** From the mending to the second: instances have asked a store that was late, or is back, again by then. */
const PAUSE_MS = 1_500;
/** Least rounds that take so many times as long as planned, and a minute more, have to do: the next claims have their turn. */
const MOST_TIMES = 3;
const GRACE_SECONDS = 60;
/** A look that ends this share of the minutes too late is still taken. */
const OVERTIME = 0.1;

type Running = Omit<Measuring, 'plan' | 'say' | 'isWarm'> & { readonly progress: Progress };

/** What breaks the cluster comes last: instances that have just started are slower for a while, so nothing else is measured after it. */
const isBreaking = ({ protocol }: Measurement) => protocol === 'timeline';

/**
 * The least rounds of everything; then more for claims that are open, those first that need least, for as long as there is time. A failure is
 * recorded and ends that measurement alone.
 */
export async function measureAll(plan: PlanRecord, sites: Sites, running: Running): Promise<void> {
  const { log, signal, now, endsAt } = running;
  const rounds = new Rounds(plan, sites, running);
  const open = plan.measurements.filter((measurement) => !isMeasured(log.results, measurement));
  const breaking = open.filter(isBreaking);
  for (const measurement of open.filter((one) => !isBreaking(one))) await rounds.least(measurement);
  const overtime = OVERTIME * 60 * log.results.run.minutes;
  const reserved = breaking.reduce((sum, { seconds }) => sum + seconds, 0);
  const decideUntil = async (until: number, isOf: (more: More) => boolean) => {
    const tried = new Set<string>();
    while (!signal.aborted) {
      const left = (until - now()) / 1000;
      const need = needsOf(judgeAll(log.results)).find(
        ({ claim, seconds, next }) => seconds <= left && next.every(isOf) && !tried.has(claim),
      );
      if (!need) return;
      const before = log.results.rounds.length;
      for (const more of need.next) await rounds.more(more, until);
      if (log.results.rounds.length === before) tried.add(need.claim);
    }
  };
  await decideUntil(endsAt + 1000 * (overtime - reserved), ({ measurement }) => !isBreaking(measurement));
  for (const measurement of breaking) await rounds.least(measurement);
  await decideUntil(endsAt + 1000 * overtime, ({ measurement }) => isBreaking(measurement));
}

/** Has rounds made on a cluster that is mended or replaced where it has to be. */
class Rounds {
  /** Keys of what was measured on this cluster, as it is. */
  readonly #warm = new Set<string>();

  constructor(
    private readonly plan: PlanRecord,
    private readonly sites: Sites,
    private readonly running: Running,
  ) {}

  async least(measurement: Measurement): Promise<void> {
    const { cells, leastSweeps, seconds } = measurement;
    const { log, now, signal } = this.running;
    const endsAt = now() + 1000 * (MOST_TIMES * seconds + GRACE_SECONDS);
    for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt++) {
      const chosen = attempt === 1 ? cells : decidingCells(this.plan, measurement);
      if (!(await this.more({ measurement, cells: chosen, sweeps: leastSweeps }, endsAt, attempt > 1))) continue;
      const lack = lackOf(log.results, measurement);
      this.#note(lack === undefined ? 'measured' : 'failed', measurement, lack ?? '');
      return;
    }
  }

  /** @returns whether it went well */
  async more(more: More, endsAt: number, isAgain = false): Promise<boolean> {
    const { progress, ...running } = this.running;
    if (running.signal.aborted) return false;
    const { measurement } = more;
    const { key, protocol } = measurement;
    progress.begin(protocol);
    try {
      const site = await inTime(
        this.sites.restored((detail) => this.#replaced(detail)),
        running.signal,
      );
      if (isAgain) await setTimeout(PAUSE_MS, undefined, { signal: running.signal });
      const [isWarm, before] = [this.#warm.has(key), running.log.results.rounds.length];
      await measure(more, site, { ...running, plan: this.plan, endsAt, isWarm, say: (what) => progress.at(what) });
      if (isBreaking(measurement)) this.#warm.clear();
      else if (running.log.results.rounds.length > before) this.#warm.add(key);
      return true;
    } catch (error) {
      this.#warm.clear();
      if (!running.signal.aborted)
        this.#note('failed', measurement, error instanceof Error ? error.message : `${error}`);
      return false;
    }
  }

  #replaced(detail: string): void {
    this.#warm.clear();
    const at = this.#at();
    this.running.log.append({ kind: 'event', at, name: 'cluster replaced', measurement: null, detail });
  }

  #note(name: 'measured' | 'failed', { key }: Measurement, detail: string): void {
    this.running.log.append({ kind: 'event', at: this.#at(), name, measurement: key, detail });
  }

  #at(): string {
    return new Date(this.running.now()).toISOString();
  }
}

/** Without what is only shown, of which a cell may have failed for all. */
function decidingCells({ strategies, instances, claims }: PlanRecord, { key, cells }: Measurement): readonly Factors[] {
  const scope = { strategies, instances } as Scope;
  const asked = BUILT.filter(({ id }) => claims.includes(id)).flatMap((claim) => claim.ask(scope).rule.quantities);
  const deciding = new Set(
    asked.flatMap((quantity) =>
      quantity.cells.filter(({ measurement }) => measurement.key === key).map(({ factors }) => keyOf(factors)),
    ),
  );
  const kept = cells.filter((factors) => deciding.has(keyOf(factors)));
  return kept.length > 0 ? kept : cells;
}

/** What the time was not enough for, or failed too many checks. A run that goes on measures it. */
function lackOf(results: Results, { key, protocol, settings, cells }: Measurement): string | undefined {
  const evidence = evidenceOf(results);
  const measurement = { key, protocol, settings } as CellRef['measurement'];
  return cells.map((factors) => evidence.missing({ measurement, factors })).find((missing) => missing !== undefined);
}

export function isMeasured({ events }: Results, { key }: Measurement): boolean {
  return events.some(({ name, measurement }) => name === 'measured' && measurement === key);
}
