import Type from 'typebox';
import { REDIS_TOPOLOGIES, type RedisTopology } from '../contract.js';
import { type Environment, readEnvironment } from '../environment.js';
import { ConfigError } from '../errors.js';
import { whole } from '../settings.js';

const Settings = Type.Object({
  REDIS_TOPOLOGY: Type.Enum(REDIS_TOPOLOGIES, { description: `one of ${REDIS_TOPOLOGIES.join(', ')}` }),
  /** The first of six in a row. A node of a cluster also listens 10,000 above its port. */
  REDIS_PORT: whole(0, 0, 55_530),
  /** How long a node is silent before the others take it for dead: `cluster-node-timeout`, `down-after-milliseconds`. */
  REDIS_DOWN_AFTER_MS: whole(2000, 100, 60_000),
  /** A dead node that starts before another has taken over is an empty master, and empties its replicas. */
  REDIS_RESTART_MS: whole(10_000, 0, 600_000),
  PATH: Type.String({ default: '' }),
});

export interface TopologyConfig {
  readonly topology: RedisTopology;
  /** 0 for any six that are free. */
  readonly firstPort: number;
  readonly downAfterMs: number;
  readonly restartMs: number;
  readonly path: string;
}

/** @throws ConfigError */
export function loadTopologyConfig(environment: Environment = process.env): TopologyConfig {
  const settings = readEnvironment(Settings, environment);
  const firstPort = settings.REDIS_PORT;
  if (firstPort > 0 && firstPort < 1024) {
    throw new ConfigError('REDIS_PORT', String(firstPort), 'a port from 1024 on, or 0 to take any');
  }
  return {
    topology: settings.REDIS_TOPOLOGY,
    firstPort,
    downAfterMs: settings.REDIS_DOWN_AFTER_MS,
    restartMs: settings.REDIS_RESTART_MS,
    path: settings.PATH,
  };
}
