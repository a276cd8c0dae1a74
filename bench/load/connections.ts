import type { Socket } from 'node:net';
import type autocannon from 'autocannon';
import type { LoadRequest } from './load-result.js';

/** The fields of autocannon 9's client that its types leave out. A client ends itself once it has made `responseMax` requests. */
interface Client extends autocannon.Client {
  readonly conn: Socket;
  responseMax: number;
  readonly reqsMade: number;
}

/** What each connection sends, in turn and over again. */
export type RequestsOf = (connection: number) => readonly LoadRequest[];

/** What autocannon does not tell about its connections. */
export class Connections {
  readonly #requests: RequestsOf;
  readonly #clients: Client[] = [];
  readonly #requestSizes: number[][] = [];
  #inFlightMs = 0;
  /** When the last connection ended, by `performance.now()`. */
  endedAt = 0;

  constructor(requests: RequestsOf) {
    this.#requests = requests;
  }

  readonly add = (client: autocannon.Client): void => {
    this.#requestSizes.push(setRequests(client, this.#requests(this.#clients.length)));
    this.#clients.push(client as Client);
    const startedAt = performance.now();
    client.once('done', () => {
      this.endedAt = performance.now();
      this.#inFlightMs += this.endedAt - startedAt;
      // Closed in order, each would keep its port for a minute. Where most ports are kept, the kernel's search for a free one
      // takes a millisecond, and some hundred connections of one round stop this process for a second.
      (client as Client).conn.resetAndDestroy();
    });
  };

  /** Each connection ends after its next answer. */
  drain(): void {
    for (const client of this.#clients) client.responseMax = 1;
  }

  count() {
    return {
      sent: this.#clients.reduce((sum, client) => sum + client.reqsMade, 0),
      sentBytes: this.#clients.reduce(
        (sum, { reqsMade }, i) => sum + bytesOf(reqsMade, this.#requestSizes[i] ?? []),
        0,
      ),
      inFlightMs: this.#inFlightMs,
    };
  }
}

/** Returns the sizes on the wire: autocannon leaves the bytes that it built on the requests it was given. */
function setRequests(client: autocannon.Client, requests: readonly LoadRequest[]): number[] {
  const built: (autocannon.Request & { requestBuffer?: Buffer })[] = requests.map((request) => ({
    method: 'GET',
    ...request,
    headers: { ...request.headers },
  }));
  client.setRequests(built);
  return built.map(({ requestBuffer }) => requestBuffer?.length ?? 0);
}

/** Bytes of the first `count` requests of a cycle. */
function bytesOf(count: number, cycle: readonly number[]): number {
  const cycleBytes = cycle.reduce((sum, size) => sum + size, 0);
  const rest = cycle.slice(0, count % cycle.length).reduce((sum, size) => sum + size, 0);
  return Math.floor(count / cycle.length) * cycleBytes + rest;
}
