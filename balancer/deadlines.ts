/** Something that must not take forever. */
export interface Timed {
  /** On the clock of `Deadlines.nowMs`; Infinity for none. */
  deadlineMs: number;
  onDeadline(): void;
}

/**
 * One coarse timer for all requests in flight instead of several for each: starting, moving and ending a deadline costs an
 * assignment. Deadlines are late by up to `resolutionMs`, never early.
 */
export class Deadlines {
  /** Milliseconds, as of the last tick. */
  nowMs: number;
  readonly #now: () => number;
  readonly #timed = new Set<Timed>();
  readonly #timer: NodeJS.Timeout;

  constructor({
    now = () => performance.now(),
    resolutionMs = 50,
  }: { now?: () => number; resolutionMs?: number } = {}) {
    this.#now = now;
    this.nowMs = now();
    this.#timer = setInterval(() => this.tick(), resolutionMs);
    this.#timer.unref();
  }

  get size(): number {
    return this.#timed.size;
  }

  start(timed: Timed): void {
    this.#timed.add(timed);
  }

  end(timed: Timed): void {
    this.#timed.delete(timed);
  }

  tick(): void {
    // A loop that was held up has not read its sockets yet: what was due in the meantime gets one more tick.
    const previousMs = this.nowMs;
    this.nowMs = this.#now();
    for (const timed of this.#timed) if (timed.deadlineMs <= previousMs) timed.onDeadline();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
