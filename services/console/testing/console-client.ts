import { type ClientRequestArgs, get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type Act,
  type ActReply,
  CONSOLE_PATHS,
  CONSOLE_TOKEN_HEADER,
  type ConsoleEvent,
  type ConsoleState,
} from '../contract.js';

export interface TestReply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Not fetch, which sets Host and Origin as it likes. */
export function ask(url: string, options: ClientRequestArgs = {}, body?: string): Promise<TestReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, ...options }, (incoming) => {
      const { statusCode: status = 0, headers } = incoming;
      text(incoming).then((received) => resolve({ status, headers, body: received }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A page, as far as the console can tell. */
export class TestPage {
  /** All that came, for a search. */
  received = '';
  readonly events: ConsoleEvent[] = [];
  state: ConsoleState | null = null;
  readonly #url: string;
  readonly #token: string;
  #stream: IncomingMessage | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  watch(): Promise<void> {
    return new Promise((resolve, reject) => {
      get(`${this.#url}${CONSOLE_PATHS.events}`, { agent: false }, (stream) => {
        this.#stream = stream;
        let rest = '';
        stream.setEncoding('utf8').on('data', (piece: string) => {
          this.received += piece;
          const events = `${rest}${piece}`.split('\n\n');
          rest = events.pop() ?? '';
          for (const event of events) this.#apply(JSON.parse(event.replace('data: ', '')) as ConsoleEvent);
          resolve();
        });
        stream.on('error', () => {});
      }).on('error', reject);
    });
  }

  leave(): void {
    this.#stream?.destroy();
  }

  /** The test's own time limit is the only one. */
  until(isSo: (state: ConsoleState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.state === null || !isSo(this.state)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async act(
    act: Act,
    headers: ClientRequestArgs['headers'] = {},
  ): Promise<TestReply & ActReply & { message?: string }> {
    const own = { [CONSOLE_TOKEN_HEADER]: this.#token, 'content-type': 'application/json' };
    const url = `${this.#url}${CONSOLE_PATHS.acts}`;
    const reply = await ask(url, { method: 'POST', headers: { ...own, ...headers } }, JSON.stringify(act));
    this.received += reply.body;
    return { ...reply, ...(JSON.parse(reply.body) as ActReply) };
  }

  #apply(event: ConsoleEvent): void {
    this.events.push(event);
    const { state } = this;
    if (event.type === 'state') this.state = event.state;
    else if (state !== null) this.state = applyTo(state, event);
    for (const look of this.#waiting) look();
  }
}

function applyTo(state: ConsoleState, event: Exclude<ConsoleEvent, { type: 'state' }>): ConsoleState {
  if (event.type === 'change') return { ...state, ...event.change };
  if (event.type === 'requests') return { ...state, requests: [...state.requests, ...event.requests] };
  if (event.type === 'sample') return { ...state, samples: [...state.samples, event.sample] };
  return { ...state, log: [...state.log, event.line] };
}
