import { type BlockList, isIP } from 'node:net';
import type { Forwarded, RequestHead } from './request-head.js';

/** Who may tell about clients: proxies of ours in front. */
export class TrustedProxies {
  readonly #list: BlockList | null;

  constructor(list: BlockList | null) {
    this.#list = list;
  }

  includes(address: string): boolean {
    return this.#list?.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') === true;
  }

  /** The nearest address that is not one of ours: all beyond it may be invented. */
  clientAddress(peerAddress: string, head: RequestHead): string {
    let address = peerAddress;
    const told = head.forwarded['x-forwarded-for'].split(',');
    while (this.includes(address)) {
      const next = told.pop()?.trim() ?? '';
      if (isIP(next) === 0) break;
      address = next;
    }
    return address;
  }
}

/** An IPv4 client of a listener on :: is told as what it is. */
export function plainAddress(remoteAddress = ''): string {
  return remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;
}

/** Adds what the next hop is told about the client (RFC 7239 and its older, unregistered relatives). */
export function pushForwarding(
  headers: string[],
  { host = '', forwarded }: RequestHead,
  { address, trusted }: { address: string; trusted: boolean },
): void {
  const node = address.includes(':') ? `"[${address}]"` : address;
  const earlier = (name: keyof Forwarded) => (trusted ? forwarded[name] : '');
  const append = (before: string, value: string) => (before === '' ? value : `${before}, ${value}`);
  headers.push(
    'x-forwarded-for',
    append(earlier('x-forwarded-for'), address),
    'x-forwarded-host',
    earlier('x-forwarded-host') || host,
    'x-forwarded-proto',
    earlier('x-forwarded-proto') || 'http',
    'forwarded',
    append(earlier('forwarded'), `for=${node};host="${host}";proto=http`),
  );
}
