import t from 'tap';
import { createRandom } from '../stats/prng.js';
import { FakeCluster } from '../testing/fake-cluster.js';
import { drawFaults, inflict } from './faults.js';
import { type Fault, nameFault } from './history.js';

const PARTS = ['instance-1', 'instance-2', 'instance-3', 'instance-4', 'balancer', 'redis', 'database'];

function draw(count: number, seed: number, parts = PARTS): Fault[] {
  const drawn = drawFaults(parts, createRandom(seed, 'faults'));
  return Array.from({ length: count }, () => drawn.next().value);
}

t.test('the same seed gives the same faults, another one others', async (t) => {
  t.same(draw(20, 1), draw(20, 1));
  t.notSame(draw(20, 1), draw(20, 2));
});

t.test('each kind comes once before any comes again, and every instance has its turn', async (t) => {
  const faults = draw(500, 3);
  for (let deck = 0; deck < faults.length; deck += 5) {
    const kinds = faults.slice(deck, deck + 5).map((fault) => nameFault(fault).replace(/-\d/, ''));
    t.equal(new Set(kinds).size, 5, kinds.join(', '));
  }
  t.equal(new Set(faults.map(({ part }) => part)).size, 5);
});

t.test('a Redis that is not ours is left alone', async (t) => {
  const faults = draw(
    30,
    1,
    PARTS.filter((part) => part !== 'redis'),
  );
  t.ok(faults.every(({ part }) => part.startsWith('instance-')));
});

t.test('a part that does not serve again is given up, and said to be', async (t) => {
  const cluster = await FakeCluster.start();
  t.teardown(() => cluster.end());
  const scene = { cluster, freezeMs: 0, servingMs: 0, signal: new AbortController().signal };
  const fault = { harm: 'frozen', part: 'instance-1' } as const;
  t.equal(await inflict(fault, scene), true);
  await cluster.kill('instance-1');
  t.equal(await inflict(fault, scene), false);
});
