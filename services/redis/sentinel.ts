import type { Redis } from 'ioredis';
import type { TopologyConfig } from './config.js';
import type { ServerProcesses } from './server-processes.js';
import { hasReplicas, NO_PERSISTENCE, until, withConnections } from './servers.js';

/** Of the group of a master and its replicas, by which clients ask for it. */
const GROUP = 'authscale';
const SERVERS = 3;
const QUORUM = 2;

/** A master, two replicas and three sentinels. @returns the value of REDIS_URL */
export async function startSentinel(
  processes: ServerProcesses,
  ports: readonly number[],
  { downAfterMs }: TopologyConfig,
): Promise<string> {
  const [servers, sentinels] = [ports.slice(0, SERVERS), ports.slice(SERVERS)];
  const [master = 0] = servers;
  const start = (port: number) => {
    const role = port === master ? [] : [`replicaof 127.0.0.1 ${master}`];
    return processes.start({ port, options: [...NO_PERSISTENCE, ...role] });
  };
  await Promise.all(servers.map(start));
  // Sentinels that find a master without its replicas look again only ten seconds later.
  await withConnections([master], ([redis]) => until(() => hasReplicas(redis as Redis, SERVERS - 1)));
  const options = [
    `sentinel monitor ${GROUP} 127.0.0.1 ${master} ${QUORUM}`,
    `sentinel down-after-milliseconds ${GROUP} ${downAfterMs}`,
    // After which a failover that has come to nothing is tried again.
    `sentinel failover-timeout ${GROUP} ${downAfterMs * 5}`,
  ];
  await Promise.all(sentinels.map((port) => processes.start({ port, options, isSentinel: true })));
  await untilWatching(sentinels);
  return `sentinel://${sentinels.map((port) => `127.0.0.1:${port}`).join(',')}/${GROUP}`;
}

/** Until each sentinel knows the replicas and the other sentinels. */
async function untilWatching(ports: readonly number[]): Promise<void> {
  await withConnections(ports, (sentinels) =>
    until(async () => {
      const views = await Promise.all(sentinels.map((sentinel) => sentinel.call('SENTINEL', 'MASTER', GROUP)));
      return (views as string[][]).every((view) => {
        const read = (key: string) => Number(view[view.indexOf(key) + 1]);
        return read('num-slaves') === SERVERS - 1 && read('num-other-sentinels') === ports.length - 1;
      });
    }),
  );
}
