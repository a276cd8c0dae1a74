import type { RedisTopology } from '../contract.js';
import { announceListening, runMain, stopOnSignal } from '../process.js';
import { startCluster } from './cluster.js';
import { loadTopologyConfig, type TopologyConfig } from './config.js';
import { choosePorts } from './ports.js';
import { startSentinel } from './sentinel.js';
import { ServerProcesses } from './server-processes.js';

const SERVERS = 6;
const STOP_DEADLINE_MS = 2000;

type Start = (processes: ServerProcesses, ports: readonly number[], config: TopologyConfig) => Promise<string>;

const STARTS: Readonly<Record<RedisTopology, Start>> = { cluster: startCluster, sentinel: startSentinel };

/** Redis as one runs it so that it outlives a server: six processes on this machine, in memory. They end with this one. */
await runMain(async () => {
  const config = loadTopologyConfig();
  const ports = await choosePorts(SERVERS, config.firstPort);
  const processes = await ServerProcesses.open(config.path, config.restartMs);
  stopOnSignal(() => processes.stop(), STOP_DEADLINE_MS);
  const url = await STARTS[config.topology](processes, ports, config).catch((error) => {
    if (!processes.isStopping) throw error;
    return new Promise<never>(() => {});
  });
  announceListening(`Redis (${config.topology})`, { url });
});
