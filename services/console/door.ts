import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CONSOLE_TOKEN_HEADER } from './contract.js';
import { Forbidden, UnsupportedMediaType } from './errors.js';

/**
 * Turns away what a browser sends for another site: one that has its own name point here (DNS rebinding) bears that name in Host, a
 * script elsewhere its Origin.
 * @param hosts beside the listener's own address: values of the Host header, in lower case
 * @throws Forbidden
 */
export function requireOwnSite({ headers, socket }: IncomingMessage, hosts: readonly string[]): void {
  const host = headers.host?.toLowerCase() ?? '';
  if (!hosts.includes(host) && !isOwnAddress(host, socket)) {
    throw new Forbidden('The console does not go by that Host; CONSOLE_HOSTS can name more.');
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
    throw new Forbidden('Pages of another origin are not let in.');
  }
}

/**
 * A browser sends forms and text across origins unasked, JSON and headers of one's own never.
 * @throws Forbidden, UnsupportedMediaType
 */
export function requireActor({ headers }: IncomingMessage, token: string): void {
  const given = headers[CONSOLE_TOKEN_HEADER];
  // Digests are of equal length, so that the comparison tells nothing about the token's.
  if (!timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(token)))
    throw new Forbidden('Acting needs the link with the token that was printed at the start.');
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') throw new UnsupportedMediaType('Acts are taken as JSON alone.');
}

/** By a name or address of loopback, or the address that the client has connected to: no site can have either for its own. */
function isOwnAddress(host: string, { localAddress, localPort }: Socket): boolean {
  const [, bracketed, plain, port = '80'] = /^(?:\[([\da-f:.]+)\]|([^:]+))(?::(\d+))?$/.exec(host) ?? [];
  const name = bracketed ?? plain ?? '';
  const isLoopback = name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
  return Number(port) === localPort && (isLoopback || name === localAddress?.replace(/^::ffff:/, ''));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
