import type { StrategyName } from '../../services/contract.js';
import type { readEnvironment } from '../config.js';
import type { Cluster } from './cluster.js';
import { startComposeCluster } from './compose.js';
import { startLocalCluster } from './local.js';

export interface BenchClusterOptions {
  readonly strategies: readonly StrategyName[];
  readonly instances: number;
  readonly environment: ReturnType<typeof readEnvironment>;
}

export type StartCluster = (options: BenchClusterOptions) => Promise<Cluster>;

/** How a cluster to measure on is started, by the name of its kind. */
export const CLUSTERS = {
  local: (options) => startLocalCluster({ ...options, balancerPort: 0, adminPort: 0, bench: true }),
  compose: startComposeCluster,
} as const satisfies Record<string, StartCluster>;

export type ClusterKind = keyof typeof CLUSTERS;
