import { BadRequest } from '../errors.js';

/** What a peer that is not trusted may not tell, and what is rebuilt from the connection. */
export interface Peer {
  readonly address: string;
  /** A proxy of ours in front: what it tells about the client is kept and added to. */
  readonly trusted: boolean;
}

/** Only between two hops (RFC 9110, section 7.6.1). Framing headers are made anew by whoever writes the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const FORWARDING = new Set(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto']);

const DROPPED_FROM_REQUESTS = new Set([...HOP_BY_HOP, ...FORWARDING, 'content-length', 'expect']);

/** A name whose length none of the rules has needs no lower-casing and no look-up. */
function lengthsOf(names: Iterable<string>): boolean[] {
  const lengths: boolean[] = [];
  for (const { length } of names) lengths[length] = true;
  return lengths;
}
const REQUEST_LENGTHS = lengthsOf(DROPPED_FROM_REQUESTS);
const RESPONSE_LENGTHS = lengthsOf(HOP_BY_HOP);

/** Names that `Connection` declares to be for this hop only, or null where it names nothing beyond the usual. */
function connectionNames(connection: string | undefined): Set<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null;
  const names = connection
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  // A client could otherwise have the balancer strip what the instance relies on.
  return new Set(names.filter((name) => name !== 'host' && name !== ''));
}

/** The request's headers as they go upstream, flat, without framing. */
export function forwardRequestHeaders(
  rawHeaders: readonly string[],
  host: string,
  connection: string | undefined,
  peer: Peer,
): string[] {
  const named = connectionNames(connection);
  const kept: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (named === null && !REQUEST_LENGTHS[name.length]) {
      kept.push(name, rawHeaders[i + 1] as string);
      continue;
    }
    const lower = name.toLowerCase();
    if (!DROPPED_FROM_REQUESTS.has(lower) && !named?.has(lower)) kept.push(name, rawHeaders[i + 1] as string);
  }
  pushForwarding(kept, rawHeaders, host, peer);
  return kept;
}

/** RFC 7239 and its older, unregistered relatives. */
function pushForwarding(kept: string[], rawHeaders: readonly string[], host: string, peer: Peer): void {
  const { address } = peer;
  const node = address.includes(':') ? `"[${address}]"` : address;
  const element = `for=${node};host="${host}";proto=http`;
  if (!peer.trusted) {
    kept.push('x-forwarded-for', address, 'x-forwarded-host', host, 'x-forwarded-proto', 'http', 'forwarded', element);
    return;
  }
  const earlier = (name: string) => valuesOf(rawHeaders, name).join(', ');
  const append = (before: string, value: string) => (before === '' ? value : `${before}, ${value}`);
  kept.push('x-forwarded-for', append(earlier('x-forwarded-for'), address));
  kept.push('x-forwarded-host', earlier('x-forwarded-host') || host);
  kept.push('x-forwarded-proto', earlier('x-forwarded-proto') || 'http');
  kept.push('forwarded', append(earlier('forwarded'), element));
}

/** The response's headers as they go to the client, flat. Throws where the upstream frames its body ambiguously. */
export function forwardResponseHeaders(rawHeaders: readonly string[]): ForwardedResponse {
  const headers: string[] = [];
  let contentLength: number | null = null;
  let named: Set<string> | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    const value = rawHeaders[i + 1] as string;
    if (name.length === 10 && name.toLowerCase() === 'connection')
      named = connectionNames(value.toLowerCase()) ?? named;
    else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (contentLength !== null) return { headers, contentLength: Number.NaN };
      contentLength = Number(value);
      headers.push(name, value);
    } else if (!RESPONSE_LENGTHS[name.length] || !HOP_BY_HOP.has(name.toLowerCase())) headers.push(name, value);
  }
  return { headers: named === null ? headers : without(headers, named), contentLength };
}

export interface ForwardedResponse {
  readonly headers: string[];
  /** null where not told; NaN where told twice. */
  readonly contentLength: number | null;
}

function without(headers: readonly string[], names: ReadonlySet<string>): string[] {
  return headers.filter((_, i) => !names.has((headers[i - (i % 2)] as string).toLowerCase()));
}

export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const candidate = rawHeaders[i] as string;
    if (candidate.length === name.length && candidate.toLowerCase() === name) values.push(rawHeaders[i + 1] as string);
  }
  return values;
}

/** The same headers without one cookie, which is the balancer's own and none of the instance's business. */
export function withoutCookie(headers: readonly string[], name: string): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const field = headers[i] as string;
    let value = headers[i + 1] as string;
    if (field.toLowerCase() === 'cookie') {
      const pairs = value.split(';').map((pair) => pair.trim());
      value = pairs.filter((pair) => !pair.startsWith(`${name}=`)).join('; ');
      if (value === '') continue;
    }
    kept.push(field, value);
  }
  return kept;
}

/** The value of one cookie, or undefined. The first of equal names counts (RFC 6265, section 5.4 orders by path length). */
export function findCookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (let at = header.indexOf(name); at !== -1; at = header.indexOf(name, at + 1)) {
    const before = at === 0 ? ';' : header[at - 1];
    const valueAt = at + name.length + 1;
    if ((before !== ';' && before !== ' ') || header[valueAt - 1] !== '=') continue;
    const end = header.indexOf(';', valueAt);
    return header.slice(valueAt, end === -1 ? undefined : end).trim();
  }
  return undefined;
}

/** How the client frames the body of its request. */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' };
const NO_BODY: BodyFraming = { kind: 'none' };
const CHUNKED: BodyFraming = { kind: 'chunked' };

/**
 * Two readers of one message must not disagree about where its body ends: request smuggling (RFC 9112, section 11.2). Whatever
 * could be read in two ways is refused; nothing is repaired. The same goes for Host, which routes elsewhere.
 */
export function readFraming(rawHeaders: readonly string[], httpVersion: string): BodyFraming {
  let length: string | undefined;
  let encoding: string | undefined;
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (length !== undefined) throw new BadRequest('more than one Content-Length');
      length = rawHeaders[i + 1] as string;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (encoding !== undefined) throw new BadRequest('more than one Transfer-Encoding');
      encoding = rawHeaders[i + 1] as string;
    }
  }
  if (hosts > 1) throw new BadRequest('more than one Host');
  if (hosts === 0 && httpVersion === '1.1') throw new BadRequest('no Host');
  if (encoding !== undefined) {
    if (length !== undefined) throw new BadRequest('both Content-Length and Transfer-Encoding');
    if (httpVersion !== '1.1') throw new BadRequest('Transfer-Encoding before HTTP/1.1');
    if (encoding.toLowerCase() !== 'chunked') throw new BadRequest('a Transfer-Encoding other than chunked');
    return CHUNKED;
  }
  if (length === undefined) return NO_BODY;
  if (!/^\d{1,15}$/.test(length)) throw new BadRequest('a Content-Length that is no number');
  return { kind: 'length', bytes: Number(length) };
}

/** The longest domain name and a port. It is passed on three times, so a longer one would blow up the request. */
const MAX_HOST_LENGTH = 261;
const ORIGIN_FORM = /^\/[!-"$-~]*$/;
/** reg-name, IPv4 or bracketed IPv6, and a port (RFC 9110, section 7.2). */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-fA-F:.]+\])(?::\d{0,5})?$/;

/** The request-target in origin form (RFC 9112, section 3.2), checked against Host. */
export function readTarget(url: string, host: string | undefined): string {
  if (host !== undefined && (host.length > MAX_HOST_LENGTH || !HOST.test(host)))
    throw new BadRequest('a Host that is no host');
  if (ORIGIN_FORM.test(url)) return url;
  const absolute = /^http:\/\/([^/?#]+)(\/[^#]*|\?[^#]*)?$/i.exec(url);
  if (absolute === null) throw new BadRequest('a request target that is no path');
  const [, authority, rest = '/'] = absolute;
  if (withoutDefaultPort(authority) !== withoutDefaultPort(host))
    throw new BadRequest('a request target at odds with Host');
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  if (!ORIGIN_FORM.test(path)) throw new BadRequest('a request target that is no path');
  return path;
}

function withoutDefaultPort(authority: string | undefined): string | undefined {
  return authority?.toLowerCase().replace(/:(80)?$/, '');
}
