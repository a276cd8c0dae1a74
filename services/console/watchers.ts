import type { ServerResponse } from 'node:http';
import type { ConsoleEvent } from './contract.js';

/** More pages than a class has; each costs memory here. */
const MAX_WATCHERS = 200;

/** Those who watch, each by a stream of server-sent events. */
export class Watchers {
  readonly #streams = new Set<ServerResponse>();
  /** Have not taken what they were sent: they get the whole state when they have. */
  readonly #behind = new Set<ServerResponse>();
  readonly #whole: () => ConsoleEvent;
  readonly #changed: () => void;

  /** @param changed is called when somebody comes or goes */
  constructor(whole: () => ConsoleEvent, changed: () => void) {
    this.#whole = whole;
    this.#changed = changed;
  }

  get count(): number {
    return this.#streams.size;
  }

  get isFull(): boolean {
    return this.#streams.size >= MAX_WATCHERS;
  }

  add(stream: ServerResponse): void {
    stream.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // First of all: changes follow from it.
    stream.write(encode(this.#whole()));
    this.#streams.add(stream);
    stream.on('close', () => {
      this.#streams.delete(stream);
      this.#behind.delete(stream);
      this.#changed();
    });
    stream.on('drain', () => {
      if (this.#behind.delete(stream)) stream.write(encode(this.#whole()));
    });
    this.#changed();
  }

  send(event: ConsoleEvent): void {
    const text = encode(event);
    for (const stream of this.#streams) {
      if (this.#behind.has(stream)) continue;
      if (stream.writableNeedDrain) this.#behind.add(stream);
      else stream.write(text);
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
  }
}

function encode(event: ConsoleEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
