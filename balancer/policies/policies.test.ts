import t from 'tap';
import { seeded } from '../testing/prng.js';
import { POLICIES } from './index.js';
import type { Candidate, Policy } from './policy.js';

function create(name: string, seed = 1): Policy {
  const factory = POLICIES[name];
  if (factory === undefined) throw new Error(`no policy ${name}`);
  return factory({ random: seeded(seed) });
}

function candidates(count: number, change: (i: number) => Partial<Candidate> = () => ({})): Candidate[] {
  return Array.from({ length: count }, (_, i) => ({ id: `u${i}`, weight: 1, inFlight: 0, ...change(i) }));
}

function tally(policy: Policy, list: readonly Candidate[], count: number, path = (i: number) => `/${i}`): number[] {
  const counts = new Map(list.map(({ id }) => [id, 0]));
  for (let i = 0; i < count; i++) {
    const { id } = policy.pick(list, path(i));
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts.values()];
}

for (const name of Object.keys(POLICIES)) {
  t.test(`${name} keeps the contract of a policy`, async (t) => {
    const list = candidates(4);
    const shares = tally(create(name), list, 4000);
    t.ok(
      shares.every((share) => share > 850 && share < 1150),
      `equal upstreams get equal shares: ${shares}`,
    );
    const withoutOne = tally(create(name), list.slice(1), 3000);
    t.ok(
      withoutOne.every((share) => share > 850 && share < 1150),
      `the share of one that is gone is spread: ${withoutOne}`,
    );
    t.strictSame(tally(create(name), candidates(1), 10), [10], 'one upstream gets all');
    t.strictSame(
      tally(create(name, 7), list, 50),
      tally(create(name, 7), list, 50),
      'the same seed gives the same choices',
    );
  });
}

t.test('round robin is exact, and evens out after one goes and comes back', async (t) => {
  const policy = create('round-robin');
  const list = candidates(4);
  t.strictSame(
    Array.from({ length: 5 }, () => policy.pick(list, '/').id),
    ['u0', 'u1', 'u2', 'u3', 'u0'],
  );
  t.strictSame(tally(policy, list, 400), [100, 100, 100, 100]);
  t.strictSame(tally(policy, list.slice(1), 300), [100, 100, 100]);
  t.strictSame(tally(policy, list, 400), [100, 100, 100, 100]);
  t.strictSame(tally(create('round-robin'), candidates(2), 30), [15, 15]);
});

t.test('weighted round robin keeps 11 to 3 and spreads it from the start', async (t) => {
  const list = candidates(2, (i) => ({ weight: i === 0 ? 11 : 3 }));
  const policy = create('weighted-round-robin');
  t.strictSame(tally(policy, list, 14), [11, 3]);
  const run = Array.from({ length: 14 }, () => policy.pick(list, '/').id).join('');
  t.notMatch(run, /(u0){6}/, 'no more than five in a row');
});

t.test('who leaves weighted round robin returns without credit', async (t) => {
  const list = candidates(3);
  const policy = create('weighted-round-robin');
  tally(policy, list, 2);
  tally(policy, list.slice(0, 2), 100);
  t.strictSame(tally(policy, list, 30), [10, 10, 10]);
});

for (const [title, loads] of [
  ['rising', [0, 5, 9]],
  ['falling', [9, 5, 0]],
] as const) {
  t.test(`least connections and two choices avoid the loaded, loads ${title}`, async (t) => {
    const list = candidates(3, (i) => ({ inFlight: loads[i] ?? 0 }));
    const idlest = loads.indexOf(0);
    t.equal(tally(create('least-connections'), list, 30)[idlest], 30);
    const shares = tally(create('two-choices'), list, 3000);
    t.equal(shares[loads.indexOf(9)], 0, 'the most loaded of three never wins against another');
    t.ok((shares[idlest] ?? 0) > 1850, `the idlest wins two pairs in three: ${shares}`);
  });
}

t.test('least connections counts load per weight', async (t) => {
  const list = candidates(2, (i) => ({ inFlight: i === 0 ? 6 : 4, weight: i === 0 ? 4 : 1 }));
  t.strictSame(tally(create('least-connections'), list, 10), [10, 0]);
});

t.test('rendezvous moves only the keys of the upstream that left, and ignores the query', async (t) => {
  const list = candidates(5);
  const policy = create('rendezvous');
  const keys = Array.from({ length: 1000 }, (_, i) => `/page/${i}`);
  const before = keys.map((key) => policy.pick(list, key).id);
  const after = keys.map((key) => policy.pick(list.slice(1), `${key}?x=1`).id);
  t.ok(keys.every((_, i) => before[i] === 'u0' || before[i] === after[i]));
});

t.test('rendezvous gives each its weight', async (t) => {
  const shares = tally(
    create('rendezvous'),
    candidates(2, (i) => ({ weight: i === 0 ? 3 : 1 })),
    4000,
  );
  t.ok((shares[0] ?? 0) > 2850 && (shares[0] ?? 0) < 3150, `3 to 1: ${shares}`);
});
