import type { TLSSocket } from 'node:tls';
import { STALLED_AFTER_MS } from './link.js';
import { connectPeer } from './secure.js';

/** That nobody listens there yet, or no longer, is no news. */
const NOBODY_THERE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/;

export interface DialEvents {
  /** The other side has shown that it knows the secret. */
  connected(socket: TLSSocket): void;
  failed(why: string): void;
  /** After either. */
  closed(): void;
}

export function dialPeer(secret: string, address: Parameters<typeof connectPeer>[1], events: DialEvents): void {
  const socket = connectPeer(secret, address);
  let isOver = false;
  const fail = (why: string) => {
    if (!isOver && !NOBODY_THERE.test(why)) events.failed(why);
    isOver = true;
  };
  const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), STALLED_AFTER_MS);
  socket.once('secureConnect', () => {
    isOver = true;
    clearTimeout(timer);
    events.connected(socket);
  });
  socket.once('error', (error) => fail(error.message));
  socket.once('close', () => {
    clearTimeout(timer);
    fail('it ended the connection');
    events.closed();
  });
}
