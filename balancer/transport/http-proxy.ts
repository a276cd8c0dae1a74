import { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import httpProxy from 'http-proxy';
import type { Upstream } from '../upstreams/upstream.js';
import { NodeCall } from './node-call.js';
import type { Transport, TransportOptions, UpstreamRequest } from './transport.js';

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
  proxy.on('proxyReq', (proxyReq, { call, url }) => {
    // Before anything is written the target can still be set.
    if (!proxyReq.headersSent) proxyReq.path = url ?? '/';
    call.onSocket(proxyReq);
  });
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
      const call = new NodeCall(upstream, handler);
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
  readonly call: NodeCall;

  constructor({ method, path, headers, body, contentLength }: UpstreamRequest, call: NodeCall) {
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
