import { Agent, type ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import httpProxy from 'http-proxy';
import { MalformedResponse, ResponseHead } from '../http/response-head.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { Call, Failure, ResponseHandler, Transport, TransportOptions, UpstreamRequest } from './transport.js';

/** http-proxy asks the client's socket whether it still stands. The balancer knows better: this one never changes. */
const NO_SOCKET = new Socket();

/**
 * http-proxy 1.18.1 with its defects mended:
 * - `deleteLength` lets a chunked DELETE become Content-Length 0 with its body still sent (CVE-2026-29057): removed.
 * - The default agent closes every connection: one keep-alive agent per upstream.
 * - Header edits come too late in `proxyReq`: headers are complete before `web()`.
 * - Repeated slashes in the target are collapsed: the target is put back before it is written.
 * - An upstream that dies in its response leaves the client hanging: told by the response's `close`.
 * - A client that leaves is not passed on: `abort` destroys the request.
 * - Without a callback an error is an uncaught exception: there always is one.
 */
export function createHttpProxyTransport(options: TransportOptions): Transport {
  const agents = new Map<Upstream, Agent>();
  const proxy = httpProxy.createProxyServer<ProxiedRequest>({ selfHandleResponse: true, toProxy: true });
  removePass(proxy, 'deleteLength');
  proxy.on('proxyReq', (proxyReq, { call }) => call.onSocket(proxyReq));
  proxy.on('proxyRes', (proxyRes, { call }) => call.onResponse(proxyRes));

  function agentFor(upstream: Upstream): Agent {
    let agent = agents.get(upstream);
    if (agent === undefined) {
      agent = new Agent({ keepAlive: true, timeout: options.keepAliveTimeoutMs, scheduling: 'lifo' });
      agents.set(upstream, agent);
    }
    return agent;
  }

  return {
    send(upstream, request, handler) {
      const call = new HttpProxyCall(upstream, request, handler);
      const proxied = new ProxiedRequest(request, call);
      const { hostname: host, port } = upstream;
      const target = { host, hostname: host, port, protocol: 'http:' };
      const buffer =
        request.body instanceof Readable ? request.body : Readable.from(request.body ? [request.body] : []);
      proxy.web(proxied, new ServerResponse(proxied), { target, agent: agentFor(upstream), buffer }, (error) =>
        call.fail(error),
      );
      return call;
    },
    forget(upstream) {
      agents.get(upstream)?.destroy();
      agents.delete(upstream);
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

function removePass(proxy: httpProxy<ProxiedRequest>, name: string): void {
  const { webPasses } = proxy as unknown as { webPasses: { name: string }[] };
  const at = webPasses.findIndex((pass) => pass.name === name);
  if (at === -1) throw new Error(`http-proxy has no pass ${name}: not the version that was mended`);
  webPasses.splice(at, 1);
}

/** What http-proxy takes for the client's request: one for each attempt. */
class ProxiedRequest extends IncomingMessage {
  readonly call: HttpProxyCall;

  constructor({ method, path, headers, body, contentLength }: UpstreamRequest, call: HttpProxyCall) {
    super(NO_SOCKET);
    this.call = call;
    this.method = method;
    this.url = path;
    const byName: Record<string, string | string[]> = {};
    for (let i = 0; i < headers.length; i += 2) appendHeader(byName, headers[i] as string, headers[i + 1] as string);
    if (contentLength !== null) byName['content-length'] = String(contentLength);
    else if (body !== null) byName['transfer-encoding'] = 'chunked';
    this.headers = byName as IncomingMessage['headers'];
  }
}

function appendHeader(byName: Record<string, string | string[]>, name: string, value: string): void {
  const earlier = byName[name];
  if (earlier === undefined) byName[name] = value;
  else byName[name] = Array.isArray(earlier) ? [...earlier, value] : [earlier, value];
}

class HttpProxyCall implements Call {
  readonly #upstream: Upstream;
  readonly #path: string;
  readonly #handler: ResponseHandler;
  #request: ClientRequest | null = null;
  #response: IncomingMessage | null = null;
  #sent = false;
  #over = false;

  constructor(upstream: Upstream, { path }: UpstreamRequest, handler: ResponseHandler) {
    this.#upstream = upstream;
    this.#path = path;
    this.#handler = handler;
  }

  resume(): void {
    this.#response?.resume();
  }

  abort(): void {
    this.#over = true;
    this.#request?.destroy();
  }

  /** Before anything is written: the request's headers and target can still be set. */
  onSocket(request: ClientRequest): void {
    this.#request = request;
    if (this.#over) {
      request.destroy();
      return;
    }
    if (!request.headersSent) request.path = this.#path;
    // Node.js ends a switch of protocols that nobody listens for without a word.
    request.on('close', () => {
      if (this.#response === null) this.fail(new Error('the upstream ended the connection'));
    });
    const { socket } = request;
    if (socket?.connecting) {
      this.#upstream.connections += 1;
      socket.once('connect', () => this.#onConnected());
    } else {
      this.#onConnected();
    }
  }

  #onConnected(): void {
    if (this.#over) return;
    this.#sent = true;
    this.#handler.onSent();
  }

  onResponse(response: IncomingMessage): void {
    if (this.#over) return;
    this.#response = response;
    try {
      this.#handler.onHead(ResponseHead.from(response.statusCode ?? 0, response.rawHeaders));
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      this.abort();
      this.#handler.onFailure('bad-response');
      return;
    }
    response.on('data', (chunk: Buffer) => {
      if (!this.#over && !this.#handler.onData(chunk)) response.pause();
    });
    response.on('end', () => {
      if (this.#over) return;
      this.#over = true;
      // The rest of a request that was answered early would have its connection wait for ever.
      if (this.#request?.writableFinished === false) this.#request.destroy();
      this.#handler.onEnd();
    });
    response.on('close', () => this.fail(new Error('the upstream closed the connection inside its response')));
  }

  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#handler.onFailure(this.#failure(error));
  }

  #failure(error: NodeJS.ErrnoException): Failure {
    if (!this.#sent) return 'connect';
    if (this.#response !== null) return 'truncated';
    return error.code?.startsWith('HPE_') ? 'bad-response' : 'reset';
  }
}
