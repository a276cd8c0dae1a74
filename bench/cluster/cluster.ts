import type { BalancerSnapshot } from '../../balancer/contract.js';
import type { InstanceStats, StrategyName } from '../../services/contract.js';

/** A process of the cluster that an experiment can do something to: `instance-1`, `balancer`, `redis`, `database`. */
export type PartName = string;

/** Counters of every tier at one moment. They grow; subtract two readings. */
export interface TierReading {
  readonly instances: readonly InstanceStats[];
  readonly balancer: BalancerSnapshot;
  /** CPU time of the Redis server in µs since it started; null where there is none. */
  readonly storeCpuMicros: number | null;
}

export interface ClusterDescription {
  readonly cluster: string;
  readonly redis: string | null;
  readonly postgres: string;
  /** Version of Node.js that the instances run on. */
  readonly node: string;
  /** What the environment chose and the running parts tell, such as the algorithm of tokens. */
  readonly settings: Readonly<Record<string, string>>;
}

/** A running cluster, however it was started. Experiments know nothing else about it. */
export interface Cluster {
  /** Origin of the balancer. */
  readonly url: string;
  /** Origin of the balancer's admin listener. */
  readonly adminUrl: string;
  /** Opens the door to logins without a password check. */
  readonly benchToken: string;
  readonly demoPassword: string;
  /** Strategies that every instance mounts. */
  readonly strategies: readonly StrategyName[];
  /** What was asked for and cannot be had, with the reason. */
  readonly skipped: readonly { readonly strategy: StrategyName; readonly reason: string }[];
  readonly description: ClusterDescription;
  /** Adds or removes instances until `instances` serve, and waits until the balancer sends requests to each. */
  scaleTo(instances: number): Promise<void>;
  /**
   * Sends requests to the first `instances` alone. The others go on, as warm as they are, so that numbers of instances can be
   * compared in turn. To be undone, by all of them, before the next `scaleTo`.
   */
  serveWith(instances: number): Promise<void>;
  readTiers(): Promise<TierReading>;
  /** By what means each instance's CPU can be limited, or which were tried in vain. */
  readonly cpuQuota: { readonly means: string } | { readonly tried: string };
  /**
   * Gives every part of the kind a slice of CPU of its own; undefined lifts the limits. Does nothing where there are no means.
   * @param cores 0.1 is a tenth of a core
   */
  limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void>;
  partNames(): readonly PartName[];
  /** Ends a part without notice (SIGKILL). */
  kill(part: PartName): Promise<void>;
  /** Stops a part from running while its sockets stay open (SIGSTOP). */
  freeze(part: PartName): Promise<void>;
  thaw(part: PartName): Promise<void>;
  /** Starts a killed part again, or replaces a running one, at the same address. */
  restart(part: PartName): Promise<void>;
  /** Ends every part. Safe to call twice. */
  stop(): Promise<void>;
}
