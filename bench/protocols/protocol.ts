import type { Dispatcher } from 'undici';
import type { StrategyName } from '../../services/contract.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Factors, ProtocolName, RoundOf, SettingsOf } from '../contract.js';
import type { Random } from '../stats/prng.js';

/** What a machine or a cluster may lack. */
export type Requirement =
  | 'Redis'
  | 'a Redis of its own'
  | 'a Redis with a disk'
  | 'a database of its own'
  | 'slices of CPU'
  | 'a way past the balancer'
  | 'instances with settings of their own'
  | 'replicated stores'
  | 'memory for a million sessions';

/** What a protocol is asked to measure. */
export interface Task<P extends ProtocolName> {
  readonly key: string;
  readonly settings: SettingsOf[P];
  readonly cells: readonly Factors[];
}

export interface ProtocolContext {
  readonly cluster: Cluster;
  /** Strategies of the run, as the cluster mounts them. */
  readonly strategies: readonly StrategyName[];
  /** Keep-alive connections to the balancer, for users who act one by one. */
  readonly pool: Dispatcher;
  /** A stream of chance of its own for each label, from the run's seed. */
  random(label: string): Random;
  /** Aborted when the run is to end now. */
  readonly signal: AbortSignal;
  /** This cluster was measured in this way before: nothing has to be compiled any more. */
  readonly isWarm: boolean;
  /** Of the first sweep to measure: one of a run that goes on comes after those that it has. */
  readonly firstSweep: number;
  /** What was found out about this machine before the first round; measured once, also where a run goes on. */
  calibrate(measure: () => Promise<Calibration>): Promise<Calibration>;
  /** Told to people. */
  say(what: string): void;
}

export type Calibration = Readonly<Record<string, number>>;

/** How one measures. */
export interface Protocol<P extends ProtocolName> {
  /** What has to be there for a cell. */
  requires(settings: SettingsOf[P], factors: Factors): readonly Requirement[];
  /** Fewer rounds of each cell decide nothing. */
  readonly leastSweeps: number;
  /** About how long it takes on two cores: before the first sweep, and for each. */
  seconds(settings: SettingsOf[P], cells: readonly Factors[]): { readonly setup: number; readonly sweep: number };
  /**
   * Yields sweep after sweep, a round of each cell in random order, for as long as it is asked. When it is left, the cluster is as
   * it was. What goes wrong in a round is thrown, and ends it; rounds from before stay.
   */
  measure(task: Task<P>, context: ProtocolContext): AsyncGenerator<readonly RoundOf<P>[]>;
}
