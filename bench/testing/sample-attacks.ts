import { JWT_ALGORITHMS, STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { BatteryCase, BatteryRound } from '../contract.js';
import { largestTokenOf, nextLargerOf } from '../metrics/head-limits.js';
import { binomial, type Simulation } from './simulation.js';

type Tried = Pick<BatteryRound, 'cases' | 'counts'>;

/** So many tries, of which as many come out otherwise as are misjudged. */
interface Tries extends Omit<BatteryCase, 'answers'> {
  readonly count: number;
}

const FACTS_PER_USER = 3;
const USERS = 12;

export function sampleAuthorization(simulation: Simulation): Tried {
  return sample(
    simulation,
    simulation.strategies.flatMap((strategy): Tries[] => [
      { strategy, name: 'author reads a post', expected: 'accepted', count: 18 },
      { strategy, name: 'stranger deletes a post', expected: 'refused', count: 18 },
    ]),
  );
}

export function sampleForgeries(simulation: Simulation): Tried {
  return sample(
    simulation,
    simulation.strategies.flatMap((strategy): Tries[] => [
      { strategy, name: 'as it was issued', expected: 'accepted', count: 10 },
      { strategy, name: 'signature cut', expected: 'refused', count: 150 },
    ]),
  );
}

export function sampleElsewhere(simulation: Simulation): Tried {
  const tries: Omit<Tries, 'strategy'>[] = [
    { name: 'issuer up: good', expected: 'accepted', count: 1000 },
    { name: 'issuer up: forged', expected: 'refused', count: 25 },
    { name: 'issuer gone: good', expected: 'accepted', count: 100 },
    { name: 'issuer gone: forged', expected: 'refused', count: 25 },
    { name: 'scope read: reads', expected: 'accepted', count: 40 },
    { name: 'scope read: writes', expected: 'refused', count: 40 },
    { name: 'scope all: reads and writes', expected: 'accepted', count: 80 },
  ];
  const { cases } = sample(
    simulation,
    tries.map((one) => ({ ...one, strategy: 'jwt' })),
  );
  return { cases, counts: { requests: 1200, jwksFetches: simulation.truth.issuerCalls } };
}

export function sampleStandards(simulation: Simulation): Tried {
  return sample(
    simulation,
    JWT_ALGORITHMS.flatMap((algorithm): Tries[] => [
      { strategy: 'jwt', name: `algorithm ${algorithm}: ours at the other`, expected: 'accepted', count: 20 },
      { strategy: 'jwt', name: `algorithm ${algorithm}: of the other at ours`, expected: 'accepted', count: 20 },
      { strategy: 'jwt', name: `algorithm ${algorithm}: ours, changed, at the other`, expected: 'refused', count: 20 },
    ]),
  );
}

export function samplePayloads({ strategies, truth }: Simulation): Tried {
  const counts = strategies.flatMap((strategy) => {
    const credentials = Math.ceil(USERS * truth.triedTimes);
    const facts = FACTS_PER_USER * credentials;
    const isToken = STRATEGIES[strategy as StrategyName].credential === 'bearer';
    const readable = isToken ? Math.round(facts * truth.readable) : 0;
    return [
      [`${strategy} credentials`, credentials],
      [`${strategy} facts`, facts],
      [`${strategy} readable facts`, readable],
      [`${strategy} unreadable facts`, facts - readable],
      [`${strategy} readable members`, 3 * readable],
    ] as const;
  });
  return { cases: [], counts: Object.fromEntries(counts) };
}

export function sampleHeadLimits({ truth }: Simulation): Tried {
  const hops = Object.entries(truth.largestTokenBytes);
  const cases = hops.map(([hop]): BatteryCase => {
    const answers = [{ status: 431, firstMs: 0, lastMs: 0, count: 1 }];
    return { strategy: 'jwt', name: nextLargerOf(hop), expected: 'refused', answers };
  });
  return { cases, counts: Object.fromEntries(hops.map(([hop, bytes]) => [largestTokenOf(hop), bytes])) };
}

function sample({ random, truth }: Simulation, tries: readonly Tries[]): Tried {
  const cases = tries.map(({ strategy, name, expected, count }): BatteryCase => {
    const all = Math.ceil(count * truth.triedTimes);
    const wrong = binomial(random, all, truth.misjudged(strategy, name));
    const [right, otherwise] = expected === 'accepted' ? [200, 401] : [401, 200];
    const answers = [
      { status: right, count: all - wrong },
      { status: otherwise, count: wrong },
    ];
    return {
      strategy,
      name,
      expected,
      answers: answers.filter(({ count }) => count > 0).map((one) => ({ ...one, firstMs: 0, lastMs: 0 })),
    };
  });
  return { cases, counts: {} };
}
