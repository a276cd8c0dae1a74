import type { ConsoleEvent, ConsoleState, LogLine, RequestView, SampleView } from './contract.js';

const KEPT = { requests: 40, samples: 120, log: 50 } as const;
/** What happens within it is told together. */
const TOGETHER_MS = 40;

type Lists = Pick<ConsoleState, keyof typeof KEPT>;
export type Scenery = Omit<ConsoleState, keyof Lists>;

/** What the page shows: lists of what happened, and the scenery, which is asked for when it may have changed. */
export class Stage {
  readonly #scenery: () => Scenery;
  readonly #send: (event: ConsoleEvent) => void;
  readonly #lists = { requests: [] as RequestView[], samples: [] as SampleView[], log: [] as LogLine[] };
  /** As it was told last, key by key. */
  readonly #told = new Map<string, string>();
  #untold: RequestView[] = [];
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(scenery: () => Scenery, send: (event: ConsoleEvent) => void) {
    this.#scenery = scenery;
    this.#send = send;
  }

  /** For those who come: what was told one by one until now is in it. */
  whole(): ConsoleEvent {
    this.flush();
    return { type: 'state', state: { ...this.#scenery(), ...this.#lists } };
  }

  request(request: RequestView, skipped: number): void {
    keep(this.#lists.requests, request, KEPT.requests);
    this.#untold.push(request);
    this.#skipped += skipped;
    this.touch();
  }

  sample(sample: SampleView): void {
    keep(this.#lists.samples, sample, KEPT.samples);
    this.#send({ type: 'sample', sample });
  }

  log(line: LogLine): void {
    keep(this.#lists.log, line, KEPT.log);
    this.#send({ type: 'log', line });
  }

  /** The scenery may have changed. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = Object.entries(this.#scenery()).filter(([key, value]) => {
      const text = JSON.stringify(value);
      const isNew = this.#told.get(key) !== text;
      this.#told.set(key, text);
      return isNew;
    });
    if (changed.length > 0) this.#send({ type: 'change', change: Object.fromEntries(changed) });
    if (this.#untold.length > 0) {
      this.#send({ type: 'requests', requests: this.#untold, skipped: this.#skipped });
      this.#untold = [];
      this.#skipped = 0;
    }
  }
}

function keep<T>(list: T[], item: T, most: number): void {
  list.push(item);
  list.splice(0, Math.max(0, list.length - most));
}
