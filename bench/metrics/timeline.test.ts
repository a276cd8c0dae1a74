import t from 'tap';
import type { StrategyTimeline, TimelineRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { times } from '../testing/simulation.js';
import { type Quantity, timeline } from './quantity.js';
import {
  answeredRatio,
  betweenEventsMs,
  failedRatio,
  failingMs,
  loggedOutRatio,
  loggedOutUsersRatio,
  timeToFailMs,
} from './timeline.js';

const EVENTS = timeline({ usersPerStrategy: 40, rateRps: 240 });
const CELL = { event: 'store killed', instances: 4 };
const of = (strategy: string, event = CELL.event) => ({ event, instances: 4, strategy });
const estimate = (quantity: Quantity, rounds: readonly TimelineRound[]) =>
  quantity.estimate(evidenceIn(rounds), options());

const [template] = roundsOf(EVENTS, [CELL], { truth: { noise: 0 }, sweeps: 1 }) as TimelineRound[];

/** Two rounds, alike but for what is given. */
function rounds(events: readonly [atMs: number, name: string][], line: Partial<StrategyTimeline>): TimelineRound[] {
  const base = template as TimelineRound;
  const redis = { ...(base.strategies.redis as StrategyTimeline), ...line };
  return [0, 1].map((sweep) => ({
    ...base,
    sweep,
    binMs: 100,
    events: events.map(([atMs, name]) => ({ atMs, name, part: 'redis' })),
    strategies: { redis },
  }));
}

t.test('only bins that lie wholly between two events count', async (t) => {
  // Events within bins 1 and 4: only bins 2 and 3 lie between.
  const line = { ok: [9, 9, 1, 2, 9, 9], refused: [0, 0, 1, 0, 9, 0], failed: [0, 0, 4, 2, 9, 0] };
  const between = (events: readonly [number, string][]) =>
    estimate(answeredRatio(EVENTS, of('redis'), 'kill', 'restart'), rounds(events, line)).value;
  t.equal(
    between([
      [150, 'kill'],
      [420, 'restart'],
    ]),
    3 / 10,
  );
  t.equal(
    between([
      [200, 'kill'],
      [400, 'restart'],
    ]),
    3 / 10,
    'on the edges of bins',
  );
  t.equal(
    between([
      [200, 'kill'],
      [250, 'kill'],
      [300, 'restart'],
      [500, 'restart'],
    ]),
    1 / 6,
    'the first of each',
  );
});

t.test('without one of the events, or a bin between them, there is no share', async (t) => {
  const line = { ok: [9, 9, 9, 9], refused: [0, 0, 0, 0], failed: [0, 0, 0, 0] };
  const none: readonly (readonly [number, string][])[] = [
    [[300, 'restart']],
    [[100, 'kill']],
    [],
    [
      [110, 'kill'],
      [290, 'restart'],
    ],
    [
      [300, 'kill'],
      [100, 'restart'],
    ],
  ];
  for (const events of none) {
    const quantity = answeredRatio(EVENTS, of('redis'), 'kill', 'restart');
    t.throws(() => estimate(quantity, rounds(events, line)), RangeError, JSON.stringify(events));
  }
});

t.test('requests fail until the end of the last bin in which one did', async (t) => {
  const failing = (failed: number[]) =>
    estimate(failingMs(EVENTS, of('redis'), 'kill'), rounds([[150, 'kill']], { failed })).value;
  t.equal(failing([0, 1, 0, 2, 0]), 250);
  t.equal(failing([0, 0, 0, 0, 0]), 0);
  t.equal(failing([1, 0, 0, 0, 0]), 0, 'before the event');
  t.throws(() => estimate(failingMs(EVENTS, of('redis'), 'kill'), rounds([], { failed: [1] })), RangeError);
});

t.test('requests that failed are a share of all, and take the median of their own times to do so', async (t) => {
  const line = { ok: [5, 3], refused: [0, 1], failed: [0, 1] };
  t.equal(estimate(failedRatio(EVENTS, of('redis')), rounds([], line)).value, 0.1);
  const simulated = roundsOf(EVENTS, [{ ...CELL, event: 'store frozen' }], {}) as TimelineRound[];
  const { low, high } = estimate(timeToFailMs(EVENTS, of('redis', 'store frozen')), simulated);
  t.ok(low > 950 && high < 1_050, `${low} to ${high}`);
  t.throws(() => estimate(timeToFailMs(EVENTS, of('jwt', 'store frozen')), simulated), RangeError);
});

t.test('where a kill is the unit, rounds are; where users are, each of them', async (t) => {
  const truth = { loggedOut: () => 0.25 };
  const simulated = roundsOf(EVENTS, [CELL], { truth, sweeps: 6 }) as TimelineRound[];
  const byRound = estimate(loggedOutRatio(EVENTS, of('sticky')), simulated);
  const byUser = estimate(loggedOutUsersRatio(EVENTS, of('sticky')), simulated);
  t.equal(byRound.n, 6);
  t.equal(byUser.n, 6 * 40);
  for (const { low, high } of [byRound, byUser]) t.ok(low < 0.26 && 0.24 < high, `${low} to ${high}`);
  t.equal(byRound.value.toFixed(9), byUser.value.toFixed(9));
});

t.test('a store that is dead answers nothing, and what does not need it goes on', async (t) => {
  const simulated = roundsOf(EVENTS, [CELL], { sweeps: 6 }) as TimelineRound[];
  const answered = (strategy: string) => estimate(answeredRatio(EVENTS, of(strategy), 'kill', 'restart'), simulated);
  t.match(answered('redis'), { value: 0, low: 0 });
  t.match(answered('jwt'), { value: 1, high: 1 });
  t.throws(() => answered('carrier pigeon'), RangeError);
});

t.test('events are apart by their times', async (t) => {
  const factors = { event: 'instance killed', instances: 4 };
  const simulated = roundsOf(EVENTS, [factors], { sweeps: 6 }) as TimelineRound[];
  const between = (from: string, until: string, watchedUntil = 'restart') =>
    estimate(betweenEventsMs(EVENTS, factors, { from, until, watchedUntil }), simulated);
  const { low, high, bound } = between('kill', 'down');
  t.ok(low < 310 && 290 < high, `${low} to ${high}`);
  t.equal(bound, undefined);
  t.match(between('kill', 'never'), { value: 2_000, bound: 'at least' }, 'it did not come while it was watched');
  t.throws(() => between('kill', 'never', 'nor this'), RangeError);
});

t.test('what was not over when the timeline ended is at least as long', async (t) => {
  const failing = (failed: number[], ok: number[]) =>
    estimate(failingMs(EVENTS, of('redis'), 'kill'), rounds([[150, 'kill']], { failed, ok, refused: [0, 0, 0, 0] }));
  t.match(failing([0, 0, 3, 3], [3, 3, 0, 0]), { value: 250, bound: 'at least' });
  t.match(
    failing([0, 0, 3, 1], [3, 3, 0, 2]),
    { value: 250, bound: 'at least' },
    'answered in the last bin: before or after?',
  );
  t.notOk(failing([0, 0, 3, 0], [3, 3, 0, 2]).bound);
  t.notOk(failing([3, 0, 0, 0], [0, 0, 0, 0]).bound, 'over before the event');
});

t.test('a client that gave up knows only that a failure takes longer', async (t) => {
  const [frozen] = roundsOf(EVENTS, [{ ...CELL, event: 'store frozen' }], { sweeps: 1 }) as TimelineRound[];
  const took = (ms: number) => {
    const failedLatency = times(() => 0.5, 100, { p50Ms: ms, p99Ms: ms });
    const redis = { ...(frozen?.strategies.redis as StrategyTimeline), failedLatency };
    const both = [0, 1].map((sweep) => ({ ...(frozen as TimelineRound), sweep, strategies: { redis } }));
    return estimate(timeToFailMs(EVENTS, of('redis', 'store frozen')), both);
  };
  t.match(took(3_050), { value: 3_000, bound: 'at least' });
  t.notOk(took(2_900).bound);
});
