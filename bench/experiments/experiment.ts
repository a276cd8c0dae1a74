import type { Dispatcher } from 'undici';
import type { StrategyName } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Cell, Factors, Run } from '../contract.js';
import type { Random } from '../stats/prng.js';

/** What a run was asked to do. */
export interface RunPlan {
  readonly profile: Run['profile'];
  readonly strategies: readonly StrategyName[];
  /** Numbers of instances to try, ascending. */
  readonly instances: readonly number[];
  readonly seed: number;
}

export interface ExperimentContext {
  readonly cluster: Cluster;
  /** `strategies` are those that the cluster mounts. */
  readonly plan: RunPlan;
  /** Keep-alive connections to the balancer, for users who act one by one. */
  readonly pool: Dispatcher;
  /** A stream of chance of its own for each label, from the run's seed. */
  random(label: string): Random;
  /** Aborted when the run is to end now. */
  readonly signal: AbortSignal;
  /** Whether the run that goes on has this cell already; only for experiments that resume by cell. */
  has(factors: Factors): boolean;
  /** @param fraction how far the experiment is, 0 to 1 */
  progress(fraction: number, what: string): void;
}

export interface Experiment {
  readonly id: string;
  readonly question: string;
  /** About how long it takes on two cores, in seconds: for the display of what is left. */
  plannedSeconds(plan: RunPlan): number;
  /** The shape of the load: what must agree before two runs may be compared. */
  load(plan: RunPlan): Readonly<Record<string, number>>;
  /** Each cell is measured by itself, so that `run` can leave out those that the context has. Else all are measured again. */
  readonly resumesByCell?: boolean;
  /** Yields each cell as soon as it is measured. */
  run(context: ExperimentContext): AsyncGenerator<Cell>;
}

/** What a user needs of the context to sign in. */
export function signInWith({ cluster, pool, signal }: ExperimentContext) {
  return { url: cluster.url, benchToken: cluster.benchToken, pool, signal };
}
