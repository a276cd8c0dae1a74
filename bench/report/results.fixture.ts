import type { Cell, Check, ClaimResult, Context, Estimate, Factors, Results } from '../contract.js';
import { SCHEMA_ID } from '../contract.js';

/** Invented, in the size and shape of a real quick run. */

const CHECK_NAMES = ["Little's law", 'no unexpected status', 'counts agree'];

export function passed(): Check[] {
  return CHECK_NAMES.map((name) => ({ name, ok: true, detail: 'within 5 %' }));
}

export function estimate(value: number, halfWidth: number, unit: string, n = 5): Estimate {
  return { value, low: value - halfWidth, high: value + halfWidth, n, unit };
}

function exactly(value: number, unit: string, n: number): Estimate {
  return { value, low: value, high: value, n, unit };
}

const INSTANCES = [1, 2, 4];

function mismatchCells(): Cell[] {
  const memory: Record<number, Estimate> = {
    1: exactly(1, 'ratio', 400),
    2: { value: 0.4983, low: 0.4791, high: 0.5174, unit: 'ratio', n: 400 },
    4: { value: 0.2516, low: 0.2405, high: 0.2631, unit: 'ratio', n: 400 },
  };
  return ['memory', 'sticky', 'redis', 'jwt'].flatMap((strategy) =>
    INSTANCES.map((instances) => ({
      factors: { strategy, instances },
      metrics: {
        successRatio: (strategy === 'memory' ? memory[instances] : undefined) ?? exactly(1, 'ratio', 400),
      },
      checks: passed(),
    })),
  );
}

function reloginCells(): Cell[] {
  return ['memory', 'redis', 'jwt'].flatMap((strategy) =>
    INSTANCES.map((instances) => {
      const logins = strategy === 'memory' ? (instances - 1) / instances : 0;
      const hashMicros = logins * 48_700;
      return {
        factors: { strategy, instances },
        metrics: {
          loginsPerPageView: estimate(logins * 1.004, logins * 0.021, 'logins/page view', 200),
          instanceCpuMicrosPerPageView: estimate(
            hashMicros + 212 + instances,
            hashMicros * 0.03 + 9.4,
            'µs/page view',
            200,
          ),
          passwordHashCpuMicrosPerPageView: estimate(hashMicros, hashMicros * 0.03, 'µs/page view', 200),
        },
        checks: passed(),
      };
    }),
  );
}

interface Cost {
  readonly instance: number;
  readonly store: number;
  readonly requestBytes: number;
  readonly storeTrips: number;
}

const COSTS: Readonly<Record<string, Cost>> = {
  none: { instance: 17.84, store: 0, requestBytes: 118, storeTrips: 0 },
  memory: { instance: 33.11, store: 0, requestBytes: 207, storeTrips: 0 },
  sticky: { instance: 33.62, store: 0, requestBytes: 243, storeTrips: 0 },
  redis: { instance: 39.47, store: 1.62, requestBytes: 207, storeTrips: 1 },
  jwt: { instance: 43.9, store: 0, requestBytes: 419, storeTrips: 0 },
};

/** How the control, the baseline measured twice, came out. */
export function controlCell(ratio: Estimate): Cell {
  const baseline = costCell('none', { instance: 17.84 * ratio.value, store: 0, requestBytes: 118, storeTrips: 0 });
  return {
    ...baseline,
    factors: { ...baseline.factors, control: true },
    metrics: { ...baseline.metrics, instanceCpuRatioToNone: ratio },
  };
}

function costCell(strategy: string, cost: Cost): Cell {
  const latencyMs = 2.4 + cost.instance / 40;
  return {
    factors: { strategy, instances: 1 },
    metrics: {
      instanceCpuMicrosPerRequest: estimate(cost.instance, cost.instance * 0.021, 'µs'),
      balancerCpuMicrosPerRequest: estimate(40.9 + cost.requestBytes / 300, 1.34, 'µs'),
      storeCpuMicrosPerRequest: estimate(cost.store, cost.store * 0.06, 'µs'),
      generatorCpuMicrosPerRequest: estimate(16.3, 0.71, 'µs'),
      throughputRps: estimate(14_210 - cost.instance * 61, 412, 'requests/s'),
      latencyP50Ms: estimate(latencyMs, 0.12, 'ms'),
      latencyP99Ms: estimate(latencyMs * 2.9, 0.84, 'ms'),
      requestBytes: exactly(cost.requestBytes, 'bytes', 5),
      responseBytes: exactly(412, 'bytes', 5),
      storeTripsPerRequest: exactly(cost.storeTrips, 'trips', 5),
      databaseTripsPerRequest: exactly(0, 'trips', 5),
      instanceCpuRatioToNone: estimate(cost.instance / 17.84, 0.043, 'ratio'),
    },
    checks: passed(),
  };
}

function evidenceFrom(
  cells: readonly Cell[],
  experiment: string,
  metric: string,
  wanted: (factors: Factors) => boolean,
) {
  return cells.flatMap(({ factors, metrics }) => {
    const found = metrics[metric];
    return found === undefined || !wanted(factors) ? [] : [{ experiment, factors, metric, estimate: found }];
  });
}

function claims(mismatch: readonly Cell[], relogin: readonly Cell[], cost: readonly Cell[]): ClaimResult[] {
  return [
    {
      id: 'mismatch',
      statement: 'In-memory sessions behind round robin fail',
      prediction: 'Success ratio 1/n for every n',
      verdict: 'holds',
      evidence: evidenceFrom(mismatch, 'mismatch', 'successRatio', ({ strategy }) => strategy === 'memory'),
      because: 'The interval contains 1/n for n = 1, 2 and 4.',
    },
    {
      id: 'mismatch-mended',
      statement: 'Sticky routing, a shared store and tokens each mend it',
      prediction: 'Success ratio 1 for every n',
      verdict: 'holds',
      evidence: evidenceFrom(mismatch, 'mismatch', 'successRatio', ({ strategy }) => strategy !== 'memory'),
      because: 'The success ratio is 1 for sticky, redis and jwt at every n.',
    },
    {
      id: 'relogin-storm',
      statement: 'Logging in again does not help',
      prediction: '(n−1)/n logins per page view',
      verdict: 'holds',
      evidence: evidenceFrom(relogin, 'relogin-storm', 'loginsPerPageView', ({ strategy }) => strategy === 'memory'),
      because: 'The interval contains (n−1)/n for n = 1, 2 and 4.',
    },
    {
      id: 'token-bytes',
      statement: 'A token is bigger than a session id',
      prediction: 'More bytes per request with jwt than with memory',
      verdict: 'holds',
      evidence: evidenceFrom(
        cost,
        'request-cost',
        'requestBytes',
        ({ strategy }) => strategy === 'jwt' || strategy === 'memory',
      ),
      because: 'A request carries 419 bytes with a token and 207 with a session id.',
    },
    {
      id: 'store-ceiling',
      statement: 'A shared store becomes the bottleneck',
      prediction: 'One Redis saturates at a number of instances that its demand predicts',
      verdict: 'not measured',
      evidence: [],
      because: 'No experiment of this run measures it.',
    },
  ];
}

export const CONTEXT: Context = {
  cpuModel: 'Example CPU @ 2.60GHz',
  cores: 2,
  memoryBytes: 8_326_000_640,
  os: 'Linux 6.1.0 x64',
  node: 'v20.20.2',
  redis: 'Redis 7.0.15, own process',
  postgres: 'PGlite 0.5.14 (PostgreSQL 17.5), embedded',
  commit: '3f2a9c1+',
  versions: { fastify: '5.12.8', ioredis: '6.0.0', jose: '6.2.17', autocannon: '9.0.0', argon2: '0.44.0' },
  cluster: 'local processes',
  cpuQuota: null,
  load: { users: 200, connections: 32, rounds: 5, roundMs: 2000 },
};

export function sampleResults(): Results {
  const mismatch = mismatchCells();
  const relogin = reloginCells();
  const cost = Object.entries(COSTS).map(([strategy, ofStrategy]) => costCell(strategy, ofStrategy));
  cost.splice(1, 0, controlCell(estimate(1.004, 0.013, 'ratio')));
  return {
    schema: SCHEMA_ID,
    run: {
      id: '2026-11-20T09-14-03Z-quick',
      startedAt: '2026-11-20T09:14:03Z',
      finishedAt: '2026-11-20T09:17:15Z',
      status: 'complete',
      command: 'npm run bench -- --quick',
      seed: 42,
      profile: 'quick',
    },
    context: CONTEXT,
    experiments: [
      {
        id: 'mismatch',
        question:
          'How often is an authenticated request recognised when n identical instances stand behind round robin?',
        status: 'measured',
        cells: mismatch,
      },
      {
        id: 'relogin-storm',
        question: 'What does it cost when a client answers every 401 by logging in again?',
        status: 'measured',
        cells: relogin,
      },
      {
        id: 'request-cost',
        question: 'What does it cost to recognise the user of a request, and which process pays?',
        status: 'measured',
        cells: cost,
      },
    ],
    claims: claims(mismatch, relogin, cost),
  };
}
