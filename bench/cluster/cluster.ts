import type { JsonWebKey } from 'node:crypto';
import type { BalancerSnapshot } from '../../balancer/contract.js';
import type { InstanceStats, JwtAlgorithm, RedisTopology, StrategyName } from '../../services/contract.js';
import type { ReplicatedStore } from './replicated-store.js';
import type { Admin } from './serving.js';

/** A process of the cluster that an experiment can do something to: `instance-1`, `balancer`, `redis`, `database`. */
export type PartName = string;

/** How a part's slice of CPU held it back so far (cpu.stat of its group: Documentation/admin-guide/cgroup-v2.rst). */
export interface Throttling {
  readonly periods: number;
  /** Of these, in how many it used its slice up and had to wait. */
  readonly throttledPeriods: number;
  readonly throttledMicros: number;
}

/** Counters of one instance. */
export interface InstanceReading {
  readonly instance: PartName;
  readonly cpuMicros: number;
  /** Sent to it by the balancer. */
  readonly requests: number;
  /** Null where it has no slice, or where nobody counts. */
  readonly throttling: Throttling | null;
}

/**
 * Counters of every tier. They grow; subtract two readings. Instances and Redis are read from outside and never asked: a process on
 * a slice of CPU answers when its turn comes, by then its numbers are those of another moment.
 */
export interface TierReading {
  /** When CPU times were read, in ms of `performance.now()`. */
  readonly atMs: number;
  readonly instances: readonly InstanceReading[];
  /** It tells its own time with its counts. */
  readonly balancer: BalancerSnapshot;
  /** Null where there is none. */
  readonly store: { readonly cpuMicros: number; readonly throttling: Throttling | null } | null;
  /** Null where it is not the cluster's own. */
  readonly database: { readonly cpuMicros: number } | null;
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

/** What can be started beside a cluster: an instance, or the service that accepts its tokens by their public keys. */
export type AsideKind = 'instance' | 'resource';

/**
 * A process beside the cluster, with settings of its own: no balancer knows it. It has the cluster's database, Redis and secrets as far as
 * one of its kind has them.
 */
export interface Aside {
  readonly url: string;
  /** Of its operations listener. */
  readonly opsUrl: string;
  /** CPU time so far, read from outside, in µs. */
  readCpuMicros(): Promise<number>;
  /** Ends it. Safe to call twice. */
  stop(): Promise<void>;
}

/** A database of the cluster's Redis that none of its own instances uses. */
export interface SpareStore {
  /** Environment variables that lead an instance to it. */
  readonly settings: Readonly<Record<string, string>>;
  empty(): Promise<void>;
}

/** A running cluster, however it was started. Experiments know nothing else about it. */
export interface Cluster {
  /** Origin of the balancer. */
  readonly url: string;
  /** Origin of the instance that serves where one does, past the balancer; null where it cannot be reached from here. */
  readonly straightUrl: string | null;
  readonly admin: Admin;
  /** Opens the door to logins without a password check. */
  readonly benchToken: string;
  readonly demoPassword: string;
  /** Strategies that every instance mounts. */
  readonly strategies: readonly StrategyName[];
  /** What was asked for and cannot be had, with the reason. */
  readonly skipped: readonly { readonly strategy: StrategyName; readonly reason: string }[];
  readonly description: ClusterDescription;
  /** How many it has. */
  readonly instances: number;
  /** Adds or removes instances until `instances` serve, and waits until the balancer sends requests to each. */
  scaleTo(instances: number): Promise<void>;
  /**
   * Sends requests to the first `instances` alone. The others go on, as warm as they are, so that numbers of instances can be
   * compared in turn. To be undone, by all of them, before the next `scaleTo`.
   */
  serveWith(instances: number): Promise<void>;
  /** Instances that the balancer sends new clients to. */
  countServing(): Promise<number>;
  readTiers(): Promise<TierReading>;
  /** Counters that only the instances themselves know. They are asked, so not while they are on slices of CPU. */
  readStats(): Promise<readonly InstanceStats[]>;
  /** By what means each instance's CPU can be limited, or which were tried in vain. */
  readonly cpuQuota: { readonly means: string } | { readonly tried: string };
  /**
   * Gives every part of the kind a slice of CPU of its own; undefined lifts the limits. Does nothing where there are no means.
   * @param cores 0.1 is a tenth of a core
   */
  limitCpu(kind: 'instances' | 'redis', cores: number | undefined): Promise<void>;
  partNames(): readonly PartName[];
  /** Why nothing can be started beside it, or undefined where it can. */
  readonly noAsides: string | undefined;
  /**
   * @param settings environment variables that differ from those of the cluster's own instances
   * @throws BenchError PART_FAILED with its last line where it does not start
   */
  startAside(kind: AsideKind, settings: Readonly<Record<string, string>>): Promise<Aside>;
  /** Why no replicated store can be started beside it, or undefined where one can. */
  readonly noStores: string | undefined;
  startStore(topology: RedisTopology): Promise<ReplicatedStore>;
  /** The private key that instances sign tokens with, as a JWK. */
  readTokenKey(algorithm: JwtAlgorithm): Promise<JsonWebKey>;
  /** What its Redis has allocated (`INFO memory`), in bytes; null where there is none. */
  readStoreBytes(): Promise<number | null>;
  /** For what runs beside it. Only where the Redis is its own. @param database from 1 */
  spareStore(database: number): SpareStore;
  /** Whether its Redis was started with it. Another's is never broken, throttled or filled. */
  readonly ownsRedis: boolean;
  /** The same of its database. */
  readonly ownsDatabase: boolean;
  /** Why its Redis cannot be told to keep what it holds over a restart, or undefined where it can. */
  readonly noPersistence: string | undefined;
  /** Has its Redis write each change to its disk before it answers, or, as when it starts, nothing. */
  persistStore(on: boolean): Promise<void>;
  /** Ends a part without notice (SIGKILL). */
  kill(part: PartName): Promise<void>;
  /** Stops a part from running while its sockets stay open (SIGSTOP). */
  freeze(part: PartName): Promise<void>;
  thaw(part: PartName): Promise<void>;
  /** Starts a killed part again, or replaces a running one, at the same address. */
  restart(part: PartName): Promise<void>;
  /**
   * Undoes what was done to it: what is dead is started again, what is frozen goes on, slices are lifted, all instances serve, what runs
   * beside it is ended, Redis keeps nothing over a restart.
   * @throws BenchError where it cannot be mended: start another one.
   */
  restore(): Promise<void>;
  /** Ends every part. Safe to call twice. */
  stop(): Promise<void>;
}
