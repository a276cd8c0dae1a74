import type { RedisAddress } from '../../redis/address.js';
import { PatientCluster } from './patient-cluster.js';
import { PatientRedis } from './patient-redis.js';
import { CLIENT, CONNECTION, tlsOf } from './redis-connection.js';

const SERVER = { ...CONNECTION, ...CLIENT, retryStrategy: (attempt: number) => Math.min(50 * attempt, 250) };

export type RedisClient = PatientRedis | PatientCluster;

type Create = (address: RedisAddress) => RedisClient;

/** By the form of REDIS_URL. */
export const CLIENTS: Readonly<Record<RedisAddress['form'], Create>> = {
  server(address) {
    const { nodes, credentials, path } = address;
    return new PatientRedis({ ...SERVER, ...nodes[0], ...credentials, ...tlsOf(address), db: Number(path) });
  },

  cluster: (address) => new PatientCluster(address),

  sentinel(address) {
    const { nodes, credentials, path, isTls } = address;
    const { username, password } = credentials;
    return new PatientRedis({
      ...SERVER,
      ...credentials,
      ...tlsOf(address),
      name: path,
      sentinels: [...nodes],
      ...(username && { sentinelUsername: username }),
      ...(password && { sentinelPassword: password }),
      ...(isTls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
      sentinelCommandTimeout: 250,
      sentinelRetryStrategy: () => 100,
      // Told of a failover, it leaves a master that is frozen.
      failoverDetector: true,
      sentinelReconnectStrategy: () => 1000,
      // The master that it was before: without sending anything again.
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
  },
};
