import t from 'tap';
import { BUILT } from '../claims/index.js';
import type { Results } from '../contract.js';
import { keyOf } from '../metrics/quantity.js';
import { faultOf } from '../results/record.js';
import { PROTOCOLS, type SampleOptions, sampleResults } from './sample-results.js';

function recordsOf({ run, context, plan, calibrations, rounds, events, end }: Results) {
  return [run, context, plan, ...calibrations, ...rounds, ...events, end];
}

t.test('every record fits the contract, also once it was written and read', async (t) => {
  for (const one of recordsOf(sampleResults())) {
    const fault = faultOf(JSON.parse(JSON.stringify(one)));
    if (fault) t.fail(fault);
  }
});

t.test('every cell that a claim asks for has a round in every sweep', async (t) => {
  const { plan, rounds } = sampleResults();
  t.same(
    plan?.claims,
    BUILT.map(({ id }) => id),
  );
  for (const { key, cells, protocol } of plan?.measurements ?? []) {
    for (const factors of cells) {
      const sweeps = rounds
        .filter((round) => round.measurement === key && keyOf(round.factors) === keyOf(factors))
        .map(({ sweep }) => sweep);
      t.same(
        sweeps,
        Array.from({ length: PROTOCOLS[protocol].sweeps }, (_, sweep) => sweep),
        `${key} ${keyOf(factors)}`,
      );
    }
  }
});

t.test(
  'the same seed gives the same run, another seed another one, and what is left out changes nothing',
  async (t) => {
    const rounds = (options: SampleOptions) => JSON.stringify(sampleResults(options).rounds);
    t.equal(rounds({ seed: 3 }), rounds({ seed: 3 }));
    t.notOk(rounds({ seed: 3 }) === rounds({ seed: 4 }));
    const odd = ({ sweep }: { readonly sweep: number }) => sweep % 2 === 1;
    t.ok(rounds({ without: odd }) === JSON.stringify(sampleResults().rounds.filter((round) => !odd(round))));
    t.ok(sampleResults({ change: (round) => ({ ...round, sweep: 99 }) }).rounds.every(({ sweep }) => sweep === 99));
  },
);
