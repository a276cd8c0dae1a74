import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Forbidden, Unauthorized, UnsupportedMediaType } from '../errors.js';

/** What the admin listener lets in. */
export interface Door {
  readonly token: string;
  /** Beside the listener's own address: values of the Host header, in lower case. */
  readonly hosts: readonly string[];
}

/**
 * Turns away what a browser sends on behalf of another site. A site that has its own name point to this address (DNS rebinding)
 * is same-origin to the browser, but its name is in Host. A form or a script elsewhere bears its Origin.
 * @throws Forbidden
 */
export function requireOwnHost({ headers, socket }: IncomingMessage, { hosts }: Door): void {
  const host = headers.host?.toLowerCase() ?? '';
  if (!hosts.includes(host) && !isOwnAddress(host, socket)) {
    throw new Forbidden('this listener does not go by that Host; ADMIN_HOSTS can name more');
  }
  const { origin } = headers;
  if (origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, '') !== host) {
    throw new Forbidden('pages of another origin are not let in');
  }
}

/** @throws Unauthorized */
export function requireToken({ headers }: IncomingMessage, { token }: Door): void {
  const [, given = ''] = /^Bearer +(.+)$/i.exec(headers.authorization ?? '') ?? [];
  // Digests are of equal length, so that the comparison tells nothing about the token's.
  if (!timingSafeEqual(digest(given), digest(token))) throw new Unauthorized('a bearer token is needed');
}

/**
 * A browser sends forms and text across origins unasked, JSON never.
 * @throws UnsupportedMediaType
 */
export function requireJson({ method, headers }: IncomingMessage): void {
  const given = headers['content-type'];
  if (given === undefined && method === 'DELETE') return;
  const [type = ''] = (given ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new UnsupportedMediaType('writes are taken as application/json alone');
  }
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
