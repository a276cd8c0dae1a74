import { type InstanceStats, STRATEGIES } from '../../services/contract.js';
import type { TierReading } from '../cluster/cluster.js';
import type { FakeCpu } from './fake-cpu.js';
import type { FakeInstance, FakeStore } from './fake-service.js';

interface Tiers {
  readonly instances: readonly FakeInstance[];
  readonly balancer: FakeCpu;
  readonly store: FakeStore;
  /** By `performance.now()`. */
  readonly startedAt: number;
}

/** Requests count when they are done, so that counts and CPU times of a window belong together. */
export function readingOf({ instances, balancer, store, startedAt }: Tiers): TierReading {
  const { cpuMicros, completed } = balancer.read();
  return {
    atMs: performance.now(),
    instances: instances.map(({ name, cpu }) => {
      const { cpuMicros, completed } = cpu.read();
      return { instance: name, cpuMicros, requests: completed, throttling: null };
    }),
    balancer: {
      pid: process.pid,
      uptimeSeconds: (performance.now() - startedAt) / 1000,
      transport: 'net',
      cpu: { userMicros: cpuMicros, systemMicros: 0 },
      memory: { rssBytes: 0, heapUsedBytes: 0, externalBytes: 0 },
      requests: completed,
      retries: 0,
      inFlight: 0,
      upstreams: [],
    },
    store: { cpuMicros: store.cpu.read().cpuMicros, throttling: null },
    database: null,
  };
}

export function statsOf({ name, storeTrips, databaseTrips, passwordChecks }: FakeInstance): InstanceStats {
  const strategies = Object.keys(STRATEGIES).map((strategy) => {
    return [strategy, { sessions: null, storeTrips: storeTrips[strategy] ?? 0 }] as const;
  });
  return {
    instance: name,
    pid: process.pid,
    uptimeSeconds: 0,
    node: process.version,
    jwtAlgorithm: 'HS256',
    cohortLimit: 64,
    cpu: { userMicros: 0, systemMicros: 0 },
    memory: { rssBytes: 0, heapUsedBytes: 0, externalBytes: 0 },
    eventLoop: { utilization: 0, delayP99Ms: 0, delayMaxMs: 0 },
    gc: { count: 0, pauseMs: 0 },
    requests: 0,
    answers: {},
    strategies: Object.fromEntries(strategies),
    databaseTrips,
    passwordChecks,
  };
}
