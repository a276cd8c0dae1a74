import type { Cell, Results } from '../contract.js';
import { estimate, passed, sampleResults } from './results.fixture.js';

/** Cut off in the second experiment: no end, no later experiment, and no verdict for what was not reached. */
export function interruptedResults(): Results {
  const sample = sampleResults();
  const [mismatch, relogin] = sample.experiments;
  return {
    ...sample,
    run: { ...sample.run, status: 'interrupted', finishedAt: null },
    experiments: [mismatch, relogin].flatMap((experiment, index) =>
      experiment === undefined
        ? []
        : [{ ...experiment, cells: experiment.cells.slice(0, index === 0 ? undefined : 2) }],
    ),
    claims: sample.claims.map((claim) =>
      claim.id === 'token-bytes'
        ? { ...claim, verdict: 'not measured', evidence: [], because: 'The run was interrupted.' }
        : claim,
    ),
  };
}

/** A machine without Redis: one experiment lacks a strategy, one is skipped, one failed. */
export function resultsWithoutRedis(): Results {
  const sample = sampleResults();
  const reason = 'redis needs a Redis server, and none was found.';
  return {
    ...sample,
    context: { ...sample.context, redis: null },
    experiments: sample.experiments.map((experiment) => {
      if (experiment.id === 'relogin-storm') return { ...experiment, status: 'skipped', reason, cells: [] };
      if (experiment.id === 'request-cost') {
        return { ...experiment, status: 'failed', reason: 'The balancer did not become ready.', cells: [] };
      }
      return { ...experiment, reason, cells: experiment.cells.filter(({ factors }) => factors.strategy !== 'redis') };
    }),
  };
}

/** One cell of request-cost breaks Little's law. */
export function resultsWithFailedCheck(): Results {
  const sample = sampleResults();
  const failed = { name: "Little's law", ok: false, detail: 'In flight 32, throughput × latency 38.1: 19 % apart.' };
  const fail = (cell: Cell): Cell => ({ ...cell, checks: [failed, ...cell.checks.slice(1)] });
  return {
    ...sample,
    experiments: sample.experiments.map((experiment) => ({
      ...experiment,
      cells: experiment.cells.map((cell) =>
        experiment.id === 'request-cost' && cell.factors.strategy === 'redis' ? fail(cell) : cell,
      ),
    })),
  };
}

const STRATEGIES = [
  ...['memory', 'sticky', 'redis', 'jwt', 'basic', 'jwt-denylist', 'jwt-refresh'],
  ...['replicated', 'postgres', 'file', 'sealed', 'a-strategy-with-a-very-long-name'],
];
const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16];

/** Twelve strategies, eight instance counts, and an experiment that the report has no entry for. */
export function wideResults(): Results {
  const sample = sampleResults();
  const success: Cell[] = STRATEGIES.flatMap((strategy) =>
    COUNTS.map((instances) => ({
      factors: { strategy, instances },
      metrics: { successRatio: estimate(strategy === 'memory' ? 1 / instances : 1, 0.01 / instances, 'ratio', 400) },
      checks: passed(),
    })),
  );
  const costs: Cell[] = STRATEGIES.map((strategy, index) => ({
    factors: { strategy, instances: 1 },
    metrics: { instanceCpuMicrosPerRequest: estimate(30 + 7.3 * index, 1.2, 'µs') },
    checks: passed(),
  }));
  const growth: Cell[] = ['memory', 'redis', 'jwt'].flatMap((strategy, index) =>
    [1_000, 10_000, 100_000, 1_000_000].map((sessions) => ({
      factors: { strategy, sessions, profileInside: true },
      metrics: {
        instanceBytesPerSession: estimate(index === 0 ? 1_412.3 : 0, index === 0 ? 33.1 : 0, 'bytes'),
        totalBytes: estimate(sessions * 1_412.3, sessions * 40, 'bytes'),
        lookupMicros: estimate(0.000021 * Math.log(sessions), 0.0000031, 'µs'),
      },
      checks: passed(),
    })),
  );
  return {
    ...sample,
    experiments: [
      { id: 'mismatch', question: 'How does it scale?', status: 'measured', cells: success },
      { id: 'request-cost', question: 'What does it cost?', status: 'measured', cells: costs },
      { id: 'memory-growth', question: 'Do sessions fill the memory?', status: 'measured', cells: growth },
    ],
  };
}

export function resultsWithoutClaims(): Results {
  return { ...sampleResults(), claims: [], experiments: [] };
}

export const HOSTILE = '</style><script>alert(1)</script><img src=https://evil.example/x onerror="alert(1)">|`*_[a](b)';
export const ESCAPE_SEQUENCE = '\u001b]0;owned\u0007\u202egnp.exe\nHOLDS';

const KNOWN = ['mismatch', 'relogin-storm', 'request-cost', 'scaling', 'sticky-skew', 'load-latency', 'store-ceiling'];

/** Every string that a file may bear, under hostile control. */
export function hostileResults(): Results {
  const bad = HOSTILE + ESCAPE_SEQUENCE;
  const sample = sampleResults();
  const factors = { strategy: bad, [bad]: bad, instances: 2, __proto__: 1 };
  const numbers = {
    [bad]: estimate(1, 0.1, bad),
    constructor: estimate(2, 0.1, bad),
    successRatio: estimate(1, 0, bad),
  };
  const cells: Cell[] = [
    { factors, metrics: numbers, checks: [{ name: bad, ok: false, detail: bad }] },
    { factors: { ...factors, instances: 4 }, metrics: numbers, checks: passed() },
  ];
  return {
    ...sample,
    run: { ...sample.run, id: bad, startedAt: bad, finishedAt: bad, command: `npm run bench -- --users ${bad}` },
    context: { ...sample.context, cpuModel: bad, os: bad, redis: bad, versions: { [bad]: bad }, load: { [bad]: bad } },
    experiments: [...KNOWN, bad, 'constructor'].map((id) => ({
      id,
      question: bad,
      status: 'measured',
      reason: bad,
      cells,
    })),
    claims: sample.claims.map((claim) => ({
      ...claim,
      id: bad,
      statement: bad,
      prediction: bad,
      because: bad,
      evidence: [{ experiment: bad, factors, metric: bad, estimate: estimate(1, 0.1, bad) }],
    })),
  };
}
