import { setTimeout } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { connectTo } from './server-processes.js';

const POLL_MS = 50;

/**
 * What is in memory alone is what a failover can lose: `min-replicas-to-write` stays at its default, 0. Synchronised through a socket, a
 * replica calls itself up while its master, until the next acknowledgement, keeps back what is written; through a file it does not.
 */
export const NO_PERSISTENCE = ['save ""', 'appendonly no', 'repl-diskless-sync no', 'rdb-del-sync-files yes'];

export async function withConnections(
  ports: readonly number[],
  use: (connections: readonly Redis[]) => Promise<void>,
): Promise<void> {
  const connections = ports.map(connectTo);
  try {
    await use(connections);
  } finally {
    for (const connection of connections) connection.disconnect();
  }
}

/** Asks until the answer is yes. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(POLL_MS);
}

/** Whether that many replicas are sent what is written to the master from now on. */
export async function hasReplicas(master: Redis, count: number): Promise<boolean> {
  return [...(await master.info('replication')).matchAll(/state=online/g)].length === count;
}
