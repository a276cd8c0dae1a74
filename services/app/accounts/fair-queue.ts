import { Overloaded } from '../errors.js';

export interface FairQueueOptions {
  /** Works done at once. */
  readonly inFlight: number;
  /** Works that may wait beyond those. */
  readonly queueLimit: number;
}

interface Waiting {
  begin(): void;
  refuse(error: Overloaded): void;
}

/** Addresses whose last turn is remembered. One that was forgotten counts as new. */
const REMEMBERED_LIMIT = 10_000;

/**
 * Does costly work in turn by address: next is the address whose last turn is longest ago, and one that had none comes first.
 * So however much work some addresses ask for, another one waits for what is running and hardly more.
 */
export class FairQueue {
  readonly #inFlight: number;
  readonly #queueLimit: number;
  readonly #lines = new Map<string, Waiting[]>();
  /** By address the number of its last turn, the oldest first. */
  readonly #lastTurns = new Map<string, number>();
  #turns = 0;
  #running = 0;
  #waiting = 0;

  constructor({ inFlight, queueLimit }: FairQueueOptions) {
    this.#inFlight = inFlight;
    this.#queueLimit = queueLimit;
  }

  /** @throws Overloaded where the queue is full and no address holds more of it than this one */
  async run<T>(address: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(address);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  async #enter(address: string): Promise<void> {
    if (this.#running < this.#inFlight) {
      this.#running++;
      this.#noteTurn(address);
      return;
    }
    await new Promise<void>((begin, refuse) => {
      const line = this.#lines.get(address) ?? [];
      this.#lines.set(address, line);
      line.push({ begin, refuse });
      if (++this.#waiting > this.#queueLimit) this.#refuseOne();
    });
  }

  /** Hands its place to the next one, so that `#running` stays as it is. */
  #leave(): void {
    const [next] = [...this.#lines.keys()].sort((a, b) => this.#lastTurnOf(a) - this.#lastTurnOf(b));
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#noteTurn(next);
    this.#take(next, 'shift')?.begin();
  }

  /** The last comer of the address that holds most of the queue, and of several the one that would be served last. */
  #refuseOne(): void {
    const holdsLess = ([a, first]: [string, Waiting[]], [b, second]: [string, Waiting[]]) =>
      first.length - second.length || this.#lastTurnOf(a) - this.#lastTurnOf(b);
    const most = [...this.#lines].sort(holdsLess).at(-1);
    if (most !== undefined) this.#take(most[0], 'pop')?.refuse(new Overloaded());
  }

  #take(address: string, end: 'shift' | 'pop'): Waiting | undefined {
    const line = this.#lines.get(address);
    const taken = line?.[end]();
    if (line?.length === 0) this.#lines.delete(address);
    this.#waiting--;
    return taken;
  }

  #lastTurnOf(address: string): number {
    return this.#lastTurns.get(address) ?? 0;
  }

  #noteTurn(address: string): void {
    this.#lastTurns.delete(address);
    this.#lastTurns.set(address, ++this.#turns);
    for (const oldest of this.#lastTurns.keys()) {
      if (this.#lastTurns.size <= REMEMBERED_LIMIT) break;
      this.#lastTurns.delete(oldest);
    }
  }
}
