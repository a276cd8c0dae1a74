import type { Command, RedisOptions } from 'ioredis';
import type { RedisAddress } from '../../redis/address.js';

const COMMAND_TIMEOUT_MS = 200;
export const CONNECT_TIMEOUT_MS = 500;

/** What asks for a server's or a cluster's state is no trip of a strategy. */
export const UNCOUNTED = ['ping', 'cluster'];

/** What fails fast: no command waits for a connection and none is sent twice. */
export const CONNECTION = { connectTimeout: CONNECT_TIMEOUT_MS, disconnectTimeout: 200, maxRetriesPerRequest: 0 };
export const CLIENT = { enableOfflineQueue: false, lazyConnect: true, enableAutoPipelining: true };

export const tlsOf = ({ isTls }: RedisAddress): Pick<RedisOptions, 'tls'> => (isTls ? { tls: {} } : {});

/**
 * Commands time out after the answers that are there have been read. With the timeouts of ioredis itself, a process that stood
 * still (a collection, a slice of CPU that was used up) gives up all commands under way, and at 400 ms their connection, before
 * it looks what has arrived meanwhile: timers come first in a turn of the event loop, and sockets after them.
 */
export function expireLater(command: Command, onAnswer = () => {}, onExpiry = () => {}): void {
  const expire = () => {
    if (command.isSettled) return;
    command.reject(new Error('Command timed out'));
    onExpiry();
  };
  const timer = setTimeout(() => setImmediate(expire), COMMAND_TIMEOUT_MS);
  command.promise.then(
    () => {
      clearTimeout(timer);
      onAnswer();
    },
    () => clearTimeout(timer),
  );
}
