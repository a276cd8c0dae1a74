import type { Cluster } from '../cluster/cluster.js';
import { type LocalOptions, startLocalCluster } from '../cluster/local.js';
import { readEnvironment } from '../config.js';

/** Passwords are cheap to check here: no test on it is about them. */
export const TEST_ENVIRONMENT = readEnvironment({
  ...process.env,
  PASSWORD_MEMORY_KIB: '64',
  PASSWORD_TIME_COST: '1',
});

type TestClusterOptions = Pick<LocalOptions, 'strategies' | 'instances'> & Partial<LocalOptions>;

/** A real cluster on free ports, with the doors for measurements open. */
export function startTestCluster(options: TestClusterOptions): Promise<Cluster> {
  return startLocalCluster({
    environment: TEST_ENVIRONMENT,
    balancerPort: 0,
    adminPort: 0,
    bench: true,
    ...options,
  });
}
