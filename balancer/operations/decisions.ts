import type { ServerResponse } from 'node:http';
import type { Decision, ToldDecision } from '../contract.js';

/** Is told of requests as they end. Asked first, so that a request nobody listens to costs nothing. */
export interface DecisionObserver {
  wants(): boolean;
  observe(decision: Decision): void;
}

/** More than this many in a second nobody can read, and telling them would cost the requests themselves. */
const MAX_PER_SECOND = 20;

/** The stream of routing decisions as server-sent events: under load a sample, with the number that was left out. */
export class DecisionFeed implements DecisionObserver {
  readonly #now: () => number;
  readonly #readers = new Set<ServerResponse>();
  #second = 0;
  #told = 0;
  #skipped = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  subscribe(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    this.#readers.add(response);
    response.on('close', () => this.#readers.delete(response));
  }

  wants(): boolean {
    if (this.#readers.size === 0) return false;
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#told = 0;
    }
    if (this.#told < MAX_PER_SECOND) return true;
    this.#skipped += 1;
    return false;
  }

  observe(decision: Decision): void {
    this.#told += 1;
    const told: ToldDecision = { ...decision, skipped: this.#skipped };
    const event = `data: ${JSON.stringify(told)}\n\n`;
    this.#skipped = 0;
    for (const reader of this.#readers) if (!reader.writableNeedDrain) reader.write(event);
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
  }
}
