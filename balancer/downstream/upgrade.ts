import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { BadGateway, BadRequest, BalancerError, NoUpstream } from '../errors.js';
import type { ProxyContext } from '../exchange/context.js';
import { forwardRequestHeaders, forwardResponseHeaders, readFraming, readTarget } from '../http/headers.js';
import type { Upstream } from '../upstreams/upstream.js';

/** Connections that have become something other than HTTP, so that a shutdown can end them. */
export type Tunnels = Set<Duplex>;

/**
 * WebSocket and other upgrades. Rare and long-lived, so all transports share this path over Node.js's own client. Nothing the
 * client sent ahead is passed on before the upstream has agreed: it could be a second request in disguise.
 */
export function handleUpgrade(
  context: ProxyContext,
  tunnels: Tunnels,
  request: IncomingMessage,
  client: Duplex,
  ahead: Buffer,
) {
  client.on('error', () => client.destroy());
  try {
    if (readFraming(request.rawHeaders, request.httpVersion).kind !== 'none')
      throw new BadRequest('an upgrade with a body');
    const path = readTarget(request.url ?? '', request.headers.host);
    const upstream = choose(context, path, request);
    connectThrough(context, tunnels, { request, client, ahead, path, upstream });
  } catch (error) {
    if (!(error instanceof BalancerError)) throw error;
    refuse(client, error);
  }
}

function choose({ pool, routeOf }: ProxyContext, path: string, request: IncomingMessage): Upstream {
  const { policy, affinity } = routeOf(path);
  const pinned = affinity.lookup(request).upstream;
  if (pinned !== null) return pinned;
  if (pool.available.length === 0) throw new NoUpstream('no upstream is available');
  return policy.pick(pool.available, path);
}

interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly client: Duplex;
  readonly ahead: Buffer;
  readonly path: string;
  readonly upstream: Upstream;
}

function connectThrough(
  context: ProxyContext,
  tunnels: Tunnels,
  { request, client, ahead, path, upstream }: UpgradeRequest,
) {
  const { limits, peerOf } = context;
  const headers = forwardRequestHeaders(
    request.rawHeaders,
    request.headers.host ?? '',
    request.headers.connection,
    peerOf(request.socket),
  );
  // RFC 9113 has dropped h2c; an instance that took it would be talked to past every rule here.
  const { upgrade = '' } = request.headers;
  if (upgrade.toLowerCase() !== 'h2c') headers.push('connection', 'upgrade', 'upgrade', upgrade);
  upstream.requests += 1;
  upstream.inFlight += 1;
  const outgoing = sendRequest({
    host: upstream.hostname,
    port: upstream.port,
    method: request.method ?? 'GET',
    path,
    headers,
    agent: false,
    setHost: false,
    timeout: limits.firstByteTimeoutMs,
  });
  const onClientGone = () => outgoing.destroy();
  client.once('close', onClientGone);
  outgoing.once('close', () => {
    upstream.inFlight -= 1;
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('the upstream did not answer in time')));
  outgoing.on('error', () => {
    if (client.writable && !tunnels.has(client)) refuse(client, new BadGateway('the upstream did not answer'));
  });
  outgoing.on('upgrade', (response, server, first) => {
    client.write(writeHead(response, ['connection', 'upgrade', 'upgrade', response.headers.upgrade ?? '']));
    tunnels.add(client);
    client.once('close', () => tunnels.delete(client));
    join(client, server);
    client.write(first);
    server.write(ahead);
  });
  outgoing.on('response', (response) => {
    // Refused: an ordinary response, after which nothing on this connection can be trusted to be a request.
    client.write(writeHead(response, ['connection', 'close']));
    response.pipe(client);
  });
  outgoing.end();
}

/** Bytes go both ways until one side ends; then the other is ended too. */
function join(client: Duplex, server: Duplex): void {
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  server.on('close', () => client.destroy());
  client.pipe(server);
  server.pipe(client);
}

function writeHead(response: IncomingMessage, hopHeaders: readonly string[]): string {
  const { headers } = forwardResponseHeaders(response.rawHeaders);
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage}`];
  const all = [...headers, ...hopHeaders];
  for (let i = 0; i < all.length; i += 2) lines.push(`${all[i]}: ${all[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function refuse(client: Duplex, { statusCode, code, message }: BalancerError): void {
  const body = JSON.stringify({ error: code, message });
  const headers = `Connection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  client.end(`HTTP/1.1 ${statusCode} ${code}\r\n${headers}\r\n\r\n${body}`);
}
