import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConfigError } from '../errors.js';

/** Between the privileged ports and those that systems give to clients, so that no connection takes one meanwhile. */
const [LOWEST, HIGHEST] = [10_000, 22_000];
/** Where a node of a cluster talks with the others, above the port of its clients. */
const BUS_OFFSET = 10_000;

/**
 * Ports in a row, each with the one for its bus.
 * @param firstPort 0 for any that are free
 * @throws ConfigError for one that is in use
 */
export async function choosePorts(count: number, firstPort: number, random = Math.random): Promise<number[]> {
  if (firstPort > 0) {
    const ports = rowFrom(firstPort, count);
    if (await areFree(ports)) return ports;
    throw new ConfigError(
      'REDIS_PORT',
      `${firstPort}, of which one in the row is in use,`,
      'a port with five free ones after it, or 0',
    );
  }
  for (;;) {
    const ports = rowFrom(LOWEST + Math.floor(random() * (HIGHEST - LOWEST)), count);
    if (await areFree(ports)) return ports;
  }
}

const rowFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

async function areFree(ports: readonly number[]): Promise<boolean> {
  const free = await Promise.all(ports.flatMap((port) => [isFree(port), isFree(port + BUS_OFFSET)]));
  return free.every(Boolean);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
