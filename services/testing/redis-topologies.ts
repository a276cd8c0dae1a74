import { Redis } from 'ioredis';
import { startProcess } from './process-start.js';

export interface RedisServer {
  readonly url: string;
  readonly child: { kill(signal: NodeJS.Signals): boolean };
  stop(): Promise<void>;
}

export type TopologyName = 'cluster' | 'sentinel';

export interface RedisTopology extends RedisServer {
  /** Where the processes listen: the nodes of a cluster, or the sentinels. */
  readonly ports: readonly number[];
  /** The masters as the one at `port` knows them, in the order of their slots. */
  mastersKnownTo(port: number): Promise<number[]>;
}

/** A Redis Cluster, or Redis with Sentinel, from the server on PATH. */
export async function startTopology(
  topology: TopologyName,
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisTopology> {
  const { PATH = '' } = process.env;
  const running = await startProcess('redis/topology.js', { PATH, REDIS_TOPOLOGY: topology, ...settings });
  const ports = [...running.url.matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
  const mastersKnownTo = (port: number) => askServer(port, MASTERS[topology]);
  const masters = await mastersKnownTo(ports[0] ?? 0);
  const pids = await Promise.all(masters.map(pidOf));
  return {
    url: running.url,
    ports,
    mastersKnownTo,
    // Of those that were masters at the start, all at once.
    child: { kill: (signal) => pids.every((pid) => process.kill(pid, signal)) },
    stop: async () => void (await running.stop()),
  };
}

/** Of the server that listens there. */
export const pidOf = (port: number): Promise<number> =>
  askServer(port, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]));

export async function askServer<Answer>(port: number, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: null });
  redis.on('error', () => {});
  return ask(redis).finally(() => redis.disconnect());
}

const MASTERS: Readonly<Record<TopologyName, (redis: Redis) => Promise<number[]>>> = {
  async cluster(redis) {
    const ranges = await redis.cluster('SLOTS');
    return ranges.sort(([a], [b]) => a - b).map(([, , master]) => Number(master?.[1]));
  },
  async sentinel(redis) {
    const [, port] = (await redis.call('SENTINEL', 'get-master-addr-by-name', 'authscale')) as [string, string];
    return [Number(port)];
  },
};
