import type { Redis } from 'ioredis';
import type { TopologyConfig } from './config.js';
import type { ServerProcesses } from './server-processes.js';
import { hasReplicas, NO_PERSISTENCE, until, withConnections } from './servers.js';

const MASTERS = 3;
const SLOTS = 16_384;

/** Three masters and three replicas. @returns the value of REDIS_URL */
export async function startCluster(
  processes: ServerProcesses,
  ports: readonly number[],
  { downAfterMs }: TopologyConfig,
): Promise<string> {
  const options = [
    ...NO_PERSISTENCE,
    'cluster-enabled yes',
    'cluster-config-file nodes.conf',
    `cluster-node-timeout ${downAfterMs}`,
    // A session is one key: those of the other slots are none the worse for one that nobody serves.
    'cluster-require-full-coverage no',
  ];
  await Promise.all(ports.map((port) => processes.start({ port, options })));
  await withConnections(ports, (nodes) => formCluster(nodes, ports));
  return `redis://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
}

/** As `redis-cli --cluster create` does, which is not wherever a server is. */
async function formCluster(nodes: readonly Redis[], ports: readonly number[]): Promise<void> {
  const masters = nodes.slice(0, MASTERS);
  await Promise.all(nodes.map((node, i) => node.cluster('SET-CONFIG-EPOCH', i + 1)));
  await Promise.all(masters.map((master, i) => master.cluster('ADDSLOTS', ...slotsOf(i))));
  // Each meets each: by gossip alone it would take some ten seconds.
  await Promise.all(
    nodes.flatMap((node, i) => ports.slice(0, i).map((port) => node.cluster('MEET', '127.0.0.1', port))),
  );
  await until(async () => {
    const infos = await Promise.all(nodes.map((node) => node.cluster('INFO')));
    return infos.every(
      (info) =>
        info.includes(`cluster_known_nodes:${nodes.length}\r\n`) && info.includes(`cluster_size:${MASTERS}\r\n`),
    );
  });
  const masterIds = await Promise.all(masters.map((master) => master.cluster('MYID')));
  const replicas = nodes.slice(MASTERS);
  await Promise.all(replicas.map((replica, i) => replica.cluster('REPLICATE', String(masterIds[i % MASTERS]))));
  await until(async () => {
    const infos = await Promise.all(nodes.map((node) => node.cluster('INFO')));
    const views = await Promise.all(nodes.map((node) => node.cluster('NODES')));
    const areReplicated = await Promise.all(masters.map((master) => hasReplicas(master, 1)));
    return (
      infos.every((info) => info.includes('cluster_state:ok')) &&
      views.every((view) => String(view).match(/slave/g)?.length === replicas.length) &&
      areReplicated.every(Boolean)
    );
  });
}

function slotsOf(master: number): number[] {
  const [from, to] = [master, master + 1].map((i) => Math.round((i * SLOTS) / MASTERS)) as [number, number];
  return Array.from({ length: to - from }, (_, i) => from + i);
}
