import t from 'tap';
import type { BatteryCase, BatteryRound } from '../contract.js';
import { evidenceIn, options, roundsOf } from '../testing/evidence-of-cells.js';
import { ACTS, refreshTripsPerHour, remainingS, windowCase, windowS } from './battery.js';
import { battery, type Quantity } from './quantity.js';

const WINDOWS = battery({ battery: 'windows' });
const LOGOUT = { strategy: 'jwt', act: ACTS.logout };
const [template] = roundsOf(WINDOWS, [WINDOWS.settings], { sweeps: 1 }) as BatteryRound[];

/** [status, first, last] of the answers to each copy, in ms. */
type Answers = readonly (readonly [status: number, firstMs: number, lastMs: number])[];

function rounds(perRound: readonly (readonly Answers[])[], name: string = ACTS.logout): BatteryRound[] {
  return perRound.map((copies, sweep) => ({
    ...(template as BatteryRound),
    sweep,
    cases: copies.map(
      (answers): BatteryCase => ({
        strategy: 'jwt',
        name,
        expected: 'refused',
        answers: answers.map(([status, firstMs, lastMs]) => ({ status, firstMs, lastMs, count: 1 })),
        expiresMs: 4_000,
      }),
    ),
  }));
}

const estimate = (quantity: Quantity, of: readonly BatteryRound[]) => quantity.estimate(evidenceIn(of), options());
const windowOf = (...perRound: Parameters<typeof rounds>[0]) => {
  const { value, n, bound } = estimate(windowS(WINDOWS, LOGOUT), rounds(perRound));
  return { value, n, ...(bound && { bound }) };
};

t.test('a window ends half way between the last time that a copy was accepted and its refusal', async (t) => {
  const until = (acceptedMs: number, refusedMs: number): Answers => [
    [200, 1, acceptedMs],
    [401, refusedMs, refusedMs + 50],
  ];
  t.same(windowOf([until(900, 1_100)], [until(1_900, 2_100), until(2_900, 3_100)]), { value: 2, n: 3 });
  t.same(windowS(WINDOWS, LOGOUT).perRound(evidenceIn(rounds([[until(900, 1_100)], [until(1_900, 2_100)]]))), [1, 2]);
});

t.test('a copy that is refused at once has no window to speak of', async (t) => {
  t.same(windowOf([[[401, 2, 50]]], [[[403, 2, 50]]]), { value: 0, n: 2 }, 'whatever it is refused for');
});

t.test('a refusal that does not stay, an error and no answer end nothing', async (t) => {
  const again: Answers = [
    [401, 2, 50],
    [200, 100, 900],
    [503, 950, 950],
    [0, 1_000, 1_000],
    [401, 1_100, 1_150],
  ];
  t.same(windowOf([again, again]), { value: 1, n: 2 });
});

t.test('one copy that is never refused makes the number a bound', async (t) => {
  const never: Answers = [[200, 2, 9_000]];
  const once: Answers = [[401, 0, 50]];
  t.same(windowOf([never, once]), { value: 4.5, n: 2, bound: 'at least' });
});

t.test('a copy that was neither accepted nor refused says nothing', async (t) => {
  const silent: Answers = [[0, 2, 9_000]];
  t.same(windowOf([silent, [[401, 2, 50]], [[401, 2, 50]]]), { value: 0, n: 2 });
});

t.test('what an instance remembers is a case of its own', async (t) => {
  const cached = rounds([[[[401, 4_000, 4_050]], [[401, 6_000, 6_050]]]], windowCase(ACTS.logout, 5));
  t.equal(estimate(windowS(WINDOWS, { ...LOGOUT, cacheSeconds: 5 }), cached).value, 2.5);
  t.throws(() => estimate(windowS(WINDOWS, LOGOUT), cached), RangeError);
  t.throws(() => estimate(windowS(WINDOWS, { ...LOGOUT, cacheSeconds: 1 }), cached), RangeError);
});

t.test('what is left of a lifetime, and what refreshes cost in an hour', async (t) => {
  const all = rounds([[[[401, 2, 50]]], [[[401, 2, 50]]]]);
  t.equal(estimate(remainingS(WINDOWS, LOGOUT), all).value, 4);
  const counted = all.map((round) => ({ ...round, counts: { refreshes: 10, refreshTrips: 20 } }));
  const anHour = { strategy: 'jwt-refresh', lifetimeS: 60 };
  t.equal(estimate(refreshTripsPerHour(WINDOWS, anHour), counted).value, 120, 'sixty refreshes of two trips');
  const uncounted = all.map((round) => ({ ...round, counts: {} }));
  t.throws(() => estimate(refreshTripsPerHour(WINDOWS, anHour), uncounted), RangeError);
});
