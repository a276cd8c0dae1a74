import { Client, type Dispatcher } from 'undici';
import { MalformedResponse, ResponseHead } from '../http/response-head.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { Call, Failure, ResponseHandler, Transport, TransportOptions, UpstreamRequest } from './transport.js';

/**
 * One undici Client is one connection. The idle ones of an upstream are a stack: the warmest is used again and the
 * surplus falls idle long enough to be closed. (undici's Pool searches its list of clients on every dispatch.)
 */
type IdleClients = Client[];

export function createUndiciTransport(options: TransportOptions): Transport {
  const idleByUpstream = new Map<Upstream, IdleClients>();
  const clientOptions: Client.Options = {
    pipelining: 1,
    connect: { timeout: 0 },
    keepAliveTimeout: options.keepAliveTimeoutMs,
    maxHeaderSize: options.maxHeaderBytes,
    // The balancer keeps all deadlines itself, alike for every transport.
    headersTimeout: 0,
    bodyTimeout: 0,
  };

  function idleClients(upstream: Upstream): IdleClients {
    let idle = idleByUpstream.get(upstream);
    if (idle === undefined) {
      idle = [];
      idleByUpstream.set(upstream, idle);
    }
    return idle;
  }

  function openClient(upstream: Upstream): Client {
    const client = new Client(upstream.url, clientOptions);
    client.on('connect', () => {
      upstream.connections += 1;
    });
    return client;
  }

  return {
    send(upstream, request, handler) {
      const idle = idleClients(upstream);
      const call = new UndiciCall(idle.pop() ?? openClient(upstream), idle, handler);
      call.start(request);
      return call;
    },
    forget(upstream) {
      for (const client of idleByUpstream.get(upstream) ?? []) client.destroy().catch(() => {});
      idleByUpstream.delete(upstream);
    },
    close() {
      for (const upstream of idleByUpstream.keys()) this.forget(upstream);
    },
  };
}

/** undici's callback interface, which it calls legacy; the newer one is an adapter over it that builds objects. */
class UndiciCall implements Call, Dispatcher.DispatchHandler {
  readonly #client: Client;
  readonly #idle: IdleClients;
  readonly #handler: ResponseHandler;
  #abort: (() => void) | null = null;
  #resume: (() => void) | null = null;
  #phase: 'connecting' | 'sent' | 'responding' | 'over' = 'connecting';

  constructor(client: Client, idle: IdleClients, handler: ResponseHandler) {
    this.#client = client;
    this.#idle = idle;
    this.#handler = handler;
  }

  start({ method, path, headers, body, contentLength }: UpstreamRequest): void {
    const framing = contentLength === null ? [] : ['content-length', String(contentLength)];
    this.#client.dispatch(
      { method: method as Dispatcher.HttpMethod, path, headers: [...headers, ...framing], body },
      this,
    );
  }

  resume(): void {
    this.#resume?.();
  }

  abort(): void {
    if (this.#phase === 'over') return;
    const abort = this.#abort;
    if (abort !== null) this.#end();
    this.#phase = 'over';
    if (abort !== null) abort();
    else this.#client.destroy().catch(() => {});
  }

  onConnect(abort: () => void): void {
    if (this.#phase === 'over') {
      abort();
      return;
    }
    this.#abort = abort;
    this.#phase = 'sent';
    this.#handler.onSent();
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#phase = 'responding';
    this.#resume = resume;
    try {
      const head = ResponseHead.from(
        status,
        rawHeaders.map((raw) => raw.toString('latin1')),
      );
      this.#handler.onHead(head);
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.abort();
      this.#handler.onFailure('bad-response');
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    return this.#handler.onData(chunk);
  }

  onComplete(): void {
    if (this.#phase === 'over') return;
    this.#end();
    this.#handler.onEnd();
  }

  onError(error: Error): void {
    if (this.#phase === 'over') return;
    const failure = this.#failure(error);
    this.#end();
    this.#handler.onFailure(failure);
  }

  /** A Client outlives its connection: it makes a new one when it is next used. */
  #end(): void {
    this.#phase = 'over';
    this.#idle.push(this.#client);
  }

  #failure(error: Error): Failure {
    if (this.#phase === 'connecting') return 'connect';
    if (this.#phase === 'responding') return 'truncated';
    return error.name === 'HTTPParserError' || error.name === 'HeadersOverflowError' ? 'bad-response' : 'reset';
  }
}
