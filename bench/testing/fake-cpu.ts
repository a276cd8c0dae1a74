interface Job {
  remainingMicros: number;
  readonly done: () => void;
}

/** A processor that is only reckoned: jobs one after the other, each with a known demand, as fast as its slice allows. */
export class FakeCpu {
  readonly #idleMicrosPerMs: number;
  readonly #startedAt = performance.now();
  readonly #jobs: Job[] = [];
  #timer: NodeJS.Timeout | undefined;
  #at = performance.now();
  #cores = 1;
  #isFrozen = false;
  #busyMicros = 0;
  #completed = 0;

  /** @param idleMicrosPerMs what it spends on its own, of its slice where it has one */
  constructor(idleMicrosPerMs: number) {
    this.#idleMicrosPerMs = idleMicrosPerMs;
  }

  /** Up to this moment, a job that is under way in part. */
  read(): { readonly cpuMicros: number; readonly completed: number } {
    this.#advance();
    const idle = this.#idleMicrosPerMs * (performance.now() - this.#startedAt);
    return { cpuMicros: this.#busyMicros + idle, completed: this.#completed };
  }

  /** @param done is called, not before the next turn, when so much was spent on it */
  run(demandMicros: number, done: () => void): void {
    this.#advance();
    this.#jobs.push({ remainingMicros: demandMicros, done });
    this.#schedule();
  }

  set cores(cores: number) {
    this.#advance();
    this.#cores = cores;
    this.#schedule();
  }

  set isFrozen(isFrozen: boolean) {
    this.#advance();
    this.#isFrozen = isFrozen;
    this.#schedule();
  }

  /** Forgets what was under way. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#jobs.length = 0;
  }

  get #microsPerMs(): number {
    return this.#isFrozen ? 0 : Math.max(0, 1000 * this.#cores - this.#idleMicrosPerMs);
  }

  #advance(): void {
    const now = performance.now();
    let budget = (now - this.#at) * this.#microsPerMs;
    this.#at = now;
    const ended: Job[] = [];
    for (let job = this.#jobs[0]; job && budget > 0; job = this.#jobs[0]) {
      const spent = Math.min(budget, job.remainingMicros);
      budget -= spent;
      job.remainingMicros -= spent;
      this.#busyMicros += spent;
      if (job.remainingMicros > 0) break;
      this.#completed++;
      this.#jobs.shift();
      ended.push(job);
    }
    for (const { done } of ended) setImmediate(done);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const [job] = this.#jobs;
    this.#timer = undefined;
    if (!job || this.#microsPerMs === 0) return;
    this.#timer = setTimeout(() => {
      this.#advance();
      this.#schedule();
    }, job.remainingMicros / this.#microsPerMs);
  }
}
