import t from 'tap';
import type { Measurement, Results, Round } from '../contract.js';
import type { CellRef, MeasurementRef } from '../metrics/quantity.js';
import { sampleResults } from '../testing/sample-results.js';
import { evidenceOf, isSound } from './evidence.js';

const whole = sampleResults();
const measurement = whole.plan?.measurements[0] as Measurement;
const factors = measurement.cells[0] ?? {};
const cell = { measurement: measurement as unknown as MeasurementRef, factors } as CellRef;
const inCell = (round: Round) => round.measurement === measurement.key && round.factors === factors;

const failing = { name: 'adds up', ok: false, detail: '3 of 4 answers' };

/** The run with only so many rounds of the cell, the first of them failing a check. */
function withRounds(of: { readonly failed: number; readonly sound: number }): Results {
  const rounds = whole.rounds.filter(inCell).slice(0, of.failed + of.sound);
  return {
    ...whole,
    rounds: rounds.map((round, at) => (at < of.failed ? { ...round, checks: [...round.checks, failing] } : round)),
  };
}

t.test('a cell has its rounds in the order of sweeps, whatever the order of the file and of the factors', async (t) => {
  const shuffled: Results = { ...whole, rounds: whole.rounds.toReversed() };
  const reversed = Object.fromEntries(Object.entries(factors).toReversed());
  const rounds = evidenceOf(shuffled).rounds({ ...cell, factors: reversed });
  t.same(
    rounds.map(({ sweep }) => sweep),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  t.ok(rounds.every((round) => inCell(round)));
  t.equal(evidenceOf(whole).missing(cell), undefined);
});

t.test('a round that failed a check is left out', async (t) => {
  const results = withRounds({ failed: 1, sound: 8 });
  t.same(results.rounds.map(isSound), [false, true, true, true, true, true, true, true, true]);
  const evidence = evidenceOf(results);
  t.equal(evidence.missing(cell), undefined);
  t.same(
    evidence.rounds(cell).map(({ sweep }) => sweep),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
});

t.test(
  'more than a quarter of rounds that failed a check make a cell unusable: the others may be the lucky ones',
  async (t) => {
    t.equal(evidenceOf(withRounds({ failed: 2, sound: 8 })).missing(cell), undefined);
    t.match(
      evidenceOf(withRounds({ failed: 3, sound: 5 })).missing(cell),
      /3 of 8 rounds failed a check: adds up, 3 of 4/,
    );
    t.match(evidenceOf(withRounds({ failed: 2, sound: 0 })).missing(cell), /2 of 2 rounds failed a check/);
  },
);

t.test('fewer rounds than are looked at first give nothing', async (t) => {
  t.equal(evidenceOf(withRounds({ failed: 0, sound: 8 })).missing(cell), undefined);
  t.match(evidenceOf(withRounds({ failed: 0, sound: 7 })).missing(cell), /has 7 of at least 8 rounds$/);
  t.match(evidenceOf(withRounds({ failed: 1, sound: 0 })).missing(cell), /1 of 1 rounds failed a check/);
  t.match(evidenceOf({ ...whole, rounds: [] }).missing(cell), /^visits with .* has 0 of at least 8 rounds$/);
});

t.test('a measurement that ended early says why', async (t) => {
  const failed = { kind: 'event', at: '', name: 'failed', measurement: measurement.key, detail: 'port taken' } as const;
  t.match(evidenceOf({ ...whole, rounds: [], events: [failed] }).missing(cell), /rounds: port taken$/);
  const elsewhere = { ...failed, measurement: 'another' };
  t.match(evidenceOf({ ...whole, rounds: [], events: [elsewhere] }).missing(cell), /rounds$/);
});

t.test('what was not planned was not measured, also where there are rounds of it', async (t) => {
  t.match(evidenceOf({ ...whole, plan: null }).missing(cell), /was not part of the run/);
  t.match(evidenceOf(whole).missing({ ...cell, factors: { strategy: 'carrier pigeon' } }), /was not part of the run/);
  const other = { ...cell.measurement, key: 'visits act=page users=9 requestsPerUser=9' } as MeasurementRef;
  t.match(evidenceOf(whole).missing({ ...cell, measurement: other }), /was not part of the run/);
});
