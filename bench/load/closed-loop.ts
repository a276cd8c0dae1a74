import autocannon from 'autocannon';
import { type LoadRequest, type LoadResult, toLoadResult } from './load-result.js';
import { Recorder } from './recorder.js';

export interface ClosedLoopLoad {
  /** Origin, `http://host:port`. */
  readonly url: string;
  readonly connections: number;
  /** What each connection sends, in turn and over again. One connection is one user, or several in turn. */
  readonly requests: (connection: number) => readonly LoadRequest[];
  /** Until when, or how many in all (at least one per connection). */
  readonly stop: { readonly afterMs: number } | { readonly afterRequests: number };
  /** Default 200 only. */
  readonly expectedStatuses?: readonly number[];
  /** Whole seconds, at least 1. Default 10. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

/** The fields of autocannon 9's client that its types leave out. A client ends itself once it has made `responseMax` requests. */
interface Client extends autocannon.Client {
  responseMax: number;
  readonly reqsMade: number;
}

/** How often autocannon looks whether it is done; its own default is a second. */
const SAMPLE_MS = 50;
const UNLIMITED = 2 ** 40;

/**
 * Keeps one request under way on each connection, as fast as the target answers: for capacity and CPU per request. Its
 * latencies leave out what users would have waited while it waited itself, so they are no answer to "how slow was it".
 * When the time is up each connection still awaits its last answer, so that both ends count the same requests.
 * A warm-up is a run of its own whose result is thrown away.
 *
 * Of autocannon only the connections are used. Its histogram holds whole milliseconds, so every answer is recorded here; its
 * correction for coordinated omission, wrong in version 9, acts only together with a rate, and none is given. It loses
 * count when a target closes connections: then sent is not answered + failed, and the result's checks say so.
 */
export async function runClosedLoop(load: ClosedLoopLoad): Promise<LoadResult> {
  load.signal?.throwIfAborted();
  const timeoutSeconds = load.timeoutSeconds ?? 10;
  const recorder = new Recorder();
  const clients: Client[] = [];
  const requestSizes: number[][] = [];
  let [receivedBytes, inFlightMs, endedAt] = [0, 0, 0];
  const cpuAtStart = process.cpuUsage();
  const startedAt = performance.now();

  const setupClient = (client: autocannon.Client) => {
    requestSizes.push(setRequests(client, load.requests(clients.length)));
    clients.push(client as Client);
    const connectedAt = performance.now();
    client.once('done', () => {
      endedAt = performance.now();
      inFlightMs += endedAt - connectedAt;
    });
  };
  const listen = (run: autocannon.Instance) => {
    run.on('response', (_client, status, bytes, milliseconds) => {
      receivedBytes += bytes;
      recorder.answered(status, milliseconds * 1000);
    });
    run.on('reqError', (error: NodeJS.ErrnoException) => {
      if (error.code === undefined) recorder.failed('timeout', timeoutSeconds * 1e6);
      else recorder.failed(error.code);
    });
    return scheduleEnd(run, clients, load);
  };
  await runAutocannon({ ...optionsOf(load), timeout: timeoutSeconds, setupClient }, listen);
  load.signal?.throwIfAborted();

  const { user, system } = process.cpuUsage(cpuAtStart);
  return toLoadResult(
    recorder,
    {
      startedAtMs: performance.timeOrigin + startedAt,
      durationMs: endedAt - startedAt,
      sent: clients.reduce((sum, client) => sum + client.reqsMade, 0),
      inFlightMs,
      sentBytes: clients.reduce((sum, client, i) => sum + bytesOf(client.reqsMade, requestSizes[i] ?? []), 0),
      receivedBytes,
      generatorCpuMicros: user + system,
      generatorThreads: 1,
    },
    load.expectedStatuses,
  );
}

function optionsOf({ url, connections, stop }: ClosedLoopLoad): autocannon.Options {
  return {
    url,
    connections,
    amount: 'afterRequests' in stop ? stop.afterRequests : UNLIMITED,
    sampleInt: SAMPLE_MS,
    // A target that only refuses would keep autocannon reconnecting for ever.
    bailout: 10 * connections,
  };
}

/** `listen` is called once the run has begun, and what it returns once it has ended. */
async function runAutocannon(options: autocannon.Options, listen: (run: autocannon.Instance) => () => void) {
  let stopListening = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stopListening = listen(autocannon(options, (error: Error | null) => (error ? reject(error) : resolve())));
    });
  } finally {
    stopListening();
  }
}

/** Lets the connections end after their next answer when the time is up, and cuts them off when the signal says so. */
function scheduleEnd(
  run: autocannon.Instance,
  clients: readonly Client[],
  { stop, signal }: ClosedLoopLoad,
): () => void {
  const drain = () => {
    for (const client of clients) client.responseMax = 1;
  };
  const timer = 'afterMs' in stop ? setTimeout(drain, stop.afterMs) : undefined;
  const abort = () => run.stop();
  signal?.addEventListener('abort', abort);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  };
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
