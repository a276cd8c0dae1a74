import type { readEnvironment } from '../config.js';
import type { BenchOptions, ClusterKind } from '../options.js';
import type { Cluster } from './cluster.js';
import { startComposeCluster } from './compose.js';
import { startLocalCluster } from './local.js';

type Starter = (options: BenchOptions, environment: ReturnType<typeof readEnvironment>) => Promise<Cluster>;

const STARTERS: Record<ClusterKind, Starter> = {
  local: ({ plan }, environment) =>
    startLocalCluster({
      strategies: plan.strategies,
      instances: plan.instances[0] ?? 1,
      environment,
      balancerPort: 0,
      adminPort: 0,
      bench: true,
    }),
  compose: ({ plan }, environment) =>
    startComposeCluster({ strategies: plan.strategies, instances: plan.instances[0] ?? 1, environment }),
};

/** Starts the kind of cluster that the options name, with the first number of instances. */
export const startCluster: Starter = (options, environment) => STARTERS[options.cluster](options, environment);
