import type { Results, Round } from '../contract.js';
import { sampleResults } from '../testing/sample-results.js';

/** Two claims are enough to see what a page does, and are judged in no time. */
const FEW = ['mismatch', 'instance-dies'];

const SAMPLE = sampleResults();

export function few(): Results {
  if (SAMPLE.plan === null) throw new Error('the sample has a plan');
  return { ...SAMPLE, plan: { ...SAMPLE.plan, claims: FEW } };
}

/** Killed before the plan was written. */
export function unplanned(): Results {
  return { ...few(), context: null, plan: null, calibrations: [], rounds: [], events: [], end: null };
}

/** Ended by Ctrl-C before the first round, on a machine without Redis. */
export function interrupted(): Results {
  const results = few();
  const end = { kind: 'end', status: 'interrupted', finishedAt: results.run.startedAt } as const;
  return { ...results, context: results.context && { ...results.context, redis: null }, rounds: [], end };
}

/** The first round of page views failed its arithmetic, and a measurement failed. */
export function failing(): Results {
  const results = few();
  const [first] = results.rounds;
  const check = { name: 'answers add up', ok: false, detail: '3 are missing' };
  const damage = (round: Round): Round => (round === first ? { ...round, checks: [...round.checks, check] } : round);
  const detail = 'The balancer did not become ready.';
  const measurement = first?.measurement ?? null;
  return {
    ...results,
    rounds: results.rounds.map(damage),
    events: [{ kind: 'event', at: results.run.startedAt, name: 'failed', measurement, detail }],
  };
}

export const ESCAPE_SEQUENCE = '\u001b[31m';
const MARKUP = '</div><script>alert(1)</script>';
const HOSTILE = `"'><img src=x onerror=alert(1)>${MARKUP}|*_\`[a](javascript:1)${ESCAPE_SEQUENCE}\u202e\n# heading`;

/** Every string that a file is free to choose is an attack. */
export function hostile(): Results {
  const results = failing();
  const { plan, context, run } = results;
  if (plan === null || context === null) throw new Error('the sample has a plan and a context');
  const [visits, ...others] = results.rounds;
  if (visits === undefined) throw new Error('the sample has rounds');
  const checks = [{ name: HOSTILE, ok: false, detail: HOSTILE }];
  return {
    ...results,
    run: { ...run, id: HOSTILE, startedAt: HOSTILE, command: `npm run bench -- ${HOSTILE}` },
    context: { ...context, cpuModel: HOSTILE, redis: HOSTILE, versions: { [HOSTILE]: HOSTILE } },
    plan: {
      ...plan,
      strategies: [...plan.strategies, HOSTILE],
      claims: ['token-bytes', 'instance-dies'],
      leftOut: [{ claim: 'mismatch', because: HOSTILE }],
    },
    calibrations: [{ kind: 'calibration', measurement: HOSTILE, values: { [HOSTILE]: 1 } }],
    rounds: [{ ...visits, factors: { ...visits.factors, [HOSTILE]: HOSTILE }, checks }, ...others.map(spoil)],
    events: [{ kind: 'event', at: HOSTILE, name: 'failed', measurement: HOSTILE, detail: HOSTILE }],
  };
}

function spoil(round: Round): Round {
  if (round.protocol !== 'timeline') return round;
  const events = round.events.map((event) => ({ ...event, part: HOSTILE }));
  const [line] = Object.values(round.strategies);
  return { ...round, events, strategies: line ? { ...round.strategies, [HOSTILE]: line } : round.strategies };
}

/** A store that is dead does not come back while it is watched. */
export function neverMended(round: Round): Round {
  if (round.protocol !== 'timeline' || round.factors.event !== 'store killed') return round;
  const { redis, ...others } = round.strategies;
  if (!redis) return round;
  const whole = redis.ok.map((count, bin) => count + (redis.failed[bin] ?? 0));
  const isDead = (bin: number) => bin * round.binMs >= 1_500;
  const ok = whole.map((count, bin) => (isDead(bin) ? 0 : count));
  const failed = whole.map((count, bin) => (isDead(bin) ? count : 0));
  return { ...round, strategies: { ...others, redis: { ...redis, ok, failed, refused: whole.map(() => 0) } } };
}
