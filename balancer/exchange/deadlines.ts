/** Something that must not take forever. */
export interface Timed {
  /** On the clock of `Deadlines.nowMs`; Infinity for none. */
  deadlineMs: number;
  /** Where `Deadlines` keeps it; -1 where it does not. */
  slot: number;
  onDeadline(): void;
}

/**
 * One coarse timer for all requests in flight instead of several for each: starting, moving and ending a deadline costs an
 * assignment. Deadlines are late by up to `resolutionMs`, never early.
 *
 * An array with slots and no Set: V8 links the tables that a Set outgrows, and once one of them was old it kept all later ones
 * alive, with the requests in them. Four tenths of all garbage survived a collection that way.
 */
export class Deadlines {
  /** Milliseconds, as of the last tick. */
  nowMs: number;
  readonly #now: () => number;
  readonly #timed: Timed[] = [];
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

  /** Milliseconds, as of now. */
  readClock(): number {
    return this.#now();
  }

  get size(): number {
    return this.#timed.length;
  }

  /** All that is under way just now; what ends meanwhile stays in the list. */
  get all(): readonly Timed[] {
    return [...this.#timed];
  }

  start(timed: Timed): void {
    timed.slot = this.#timed.length;
    this.#timed.push(timed);
  }

  end(timed: Timed): void {
    const { slot } = timed;
    const last = this.#timed.at(-1);
    if (slot === -1 || last === undefined) return;
    this.#timed[slot] = last;
    last.slot = slot;
    timed.slot = -1;
    this.#timed.pop();
  }

  tick(): void {
    // A loop that was held up has not read its sockets yet: what was due in the meantime gets one more tick.
    const previousMs = this.nowMs;
    this.nowMs = this.#now();
    // From the end: what takes the place of one that has ended was looked at before.
    for (let slot = this.#timed.length - 1; slot >= 0; slot--) {
      const timed = this.#timed[slot];
      if (timed !== undefined && timed.deadlineMs <= previousMs) timed.onDeadline();
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
