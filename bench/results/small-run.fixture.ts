import type { EventRecord, ResultRecord, Round, RunRecord } from '../contract.js';

export const run: RunRecord = {
  kind: 'run',
  schema: 'authscale/results/2',
  id: 'a',
  startedAt: '2026-11-20T00:00:00.000Z',
  command: 'npm run bench',
  seed: 1,
  minutes: 6,
};

export function round(sweep: number): Round {
  return {
    kind: 'round',
    protocol: 'visits',
    measurement: 'visits act=page',
    factors: { strategy: 'jwt', instances: 2 },
    sweep,
    startedAt: run.startedAt,
    durationMs: 12.5,
    machine: { stealMs: null, pressureMs: 3 },
    checks: [{ name: 'statuses', ok: true, detail: '≥ 2 × 200 🙂' }],
    users: { requests: [3], recognised: [3], logins: [1] },
    byInstance: { 'instance-1': 3 },
    statuses: { 200: 3 },
    work: {
      cpuMs: 12,
      balancerMs: 12,
      instanceCpuMicros: 90,
      balancerCpuMicros: 80,
      storeCpuMicros: -1,
      instanceRequests: 3,
      balancerRequests: 3,
      serving: 1,
      instanceThrottling: null,
      storeThrottling: null,
    },
  };
}

export function event(name: EventRecord['name']): EventRecord {
  return { kind: 'event', at: run.startedAt, name, measurement: null, detail: '' };
}

export const end: ResultRecord = { kind: 'end', status: 'complete', finishedAt: run.startedAt };

/** Every kind of record, letters of two to four bytes, and few records, for every byte of it is cut at. */
export const records: readonly ResultRecord[] = [
  run,
  {
    kind: 'context',
    cpuModel: 'x',
    cores: 2,
    memoryBytes: 1,
    os: 'x',
    node: 'v20.20.0',
    redis: null,
    postgres: null,
    commit: null,
    versions: {},
    cluster: 'local',
    cpuQuota: null,
    settings: {},
  },
  { kind: 'plan', strategies: ['jwt'], instances: [2], claims: [], measurements: [], leftOut: [] },
  { kind: 'calibration', measurement: 'visits act=page', values: { cores: 0.1 } },
  round(0),
  event('measured'),
  { kind: 'end', status: 'interrupted', finishedAt: run.startedAt },
  event('resumed'),
  round(1),
  end,
];
