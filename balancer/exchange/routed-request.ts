import type { IncomingMessage } from 'node:http';
import type { AffinityRequest, Lookup } from '../affinity/affinity.js';
import { MethodNotAllowed } from '../errors.js';
import { withoutCookie } from '../http/cookies.js';
import { plainAddress, pushForwarding } from '../http/forwarding.js';
import { RequestHead } from '../http/request-head.js';
import { readTarget } from '../http/request-target.js';
import { upgradeOffer } from '../http/upgrade-offer.js';
import type { UpstreamRequest } from '../transport/transport.js';
import type { Upstream } from '../upstreams/upstream.js';
import type { ProxyContext } from './context.js';
import { StreamedBody } from './request-body.js';
import type { Route } from './routes.js';
import { chooseUpstream } from './selection.js';

/** A client's request, read and checked once: where it may go, and how it goes there. */
export class RoutedRequest implements AffinityRequest {
  readonly method: string;
  readonly head: RequestHead;
  readonly path: string;
  readonly route: Route;
  readonly peerAddress: string;
  readonly #context: ProxyContext;
  readonly #request: IncomingMessage;
  #lookup: Lookup | null = null;

  /** Throws BadRequest or MethodNotAllowed. */
  constructor(context: ProxyContext, request: IncomingMessage) {
    this.#context = context;
    this.#request = request;
    this.method = request.method ?? 'GET';
    if (this.method === 'CONNECT') throw new MethodNotAllowed('no tunnels to elsewhere');
    this.head = new RequestHead(request.rawHeaders, request.httpVersion);
    this.path = readTarget(request.url ?? '', this.head.host);
    this.route = context.routeOf(this.path);
    this.peerAddress = plainAddress(request.socket.remoteAddress);
  }

  /** Too large, or of unknown size, to be read before an upstream is chosen. */
  get isStreamed(): boolean {
    return this.head.bodyBytes > this.#context.limits.bufferBodyBytes;
  }

  /** A person has typed in the balancer's address. No instance has anything to show there. */
  get isPage(): boolean {
    const isRead = this.method === 'GET' || this.method === 'HEAD';
    return this.path === '/' && isRead && /\btext\/html\b/i.test(this.header('accept') ?? '');
  }

  get cookie(): string | undefined {
    return this.head.cookie;
  }

  header(lowerCaseName: string): string | undefined {
    return this.head.header(lowerCaseName);
  }

  clientAddress(): string {
    return this.#context.proxies.clientAddress(this.peerAddress, this.head);
  }

  /** What the client's affinity says, as of the first time it is asked. */
  get lookup(): Lookup {
    this.#lookup ??= this.route.affinity.lookup(this);
    return this.#lookup;
  }

  /** The upstream for the next attempt, or null where none is open. */
  choose(tried: readonly Upstream[]): Upstream | null {
    const { pool, limits } = this.#context;
    return chooseUpstream(pool.available, {
      policy: this.route.policy,
      pinned: this.lookup.upstream,
      path: this.path,
      tried,
      maxInFlight: limits.maxInFlightPerUpstream,
    });
  }

  /**
   * From the original each time: no attempt sees what another has changed. `body` is what was read beforehand; `switches` where
   * the upstream may agree to another protocol.
   */
  toUpstream(upstream: Upstream, body: Buffer | null, { switches }: { switches: boolean }): UpstreamRequest {
    const headers = this.#headersFor(upstream);
    if (switches) headers.push('connection', 'upgrade', 'upgrade', upgradeOffer(this.head.upgrade));
    return {
      method: this.method,
      path: this.path,
      headers,
      body: this.isStreamed ? new StreamedBody(this.#request, this.#context.limits.maxBodyBytes) : body,
      contentLength: this.head.contentLength,
    };
  }

  #headersFor({ hostname, port }: Upstream): string[] {
    const { head, peerAddress: address } = this;
    const { hiddenCookie } = this.route.affinity;
    const hides = hiddenCookie !== undefined && head.cookie?.includes(hiddenCookie);
    const headers = hides ? withoutCookie(head.headers, hiddenCookie) : head.headers.slice();
    // HTTP/1.0 knows requests without Host, HTTP/1.1 does not.
    if (head.host === undefined) headers.push('host', `${hostname}:${port}`);
    pushForwarding(headers, head, { address, trusted: this.#context.proxies.includes(address) });
    return headers;
  }
}
