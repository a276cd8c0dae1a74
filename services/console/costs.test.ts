import t from 'tap';
import { Costs, type Work } from './costs.js';

/** A second in which the instances do 90 ms by themselves, the balancer 10, the store 1; a request costs 500, 200 and 50 µs more. */
const second = (requests: Work['requests'], changes: Partial<Work> = {}): Work => {
  const count = Object.values(requests).reduce((sum, one) => sum + one, 0);
  return {
    seconds: 1,
    cpu: { instances: 90_000 + 500 * count, balancer: 10_000 + 200 * count, store: 1000 + 50 * count },
    instances: 4,
    requests,
    hasOtherRequests: false,
    ...changes,
  };
};
const observed = (...works: Work[]) => {
  const costs = new Costs();
  for (const work of works) costs.observe(work);
  return costs;
};
const IDLE = [second({}), second({ redis: 0 }), second({})];

t.test('a request costs what a tier does beyond that which it does by itself', async (t) => {
  const costs = observed(...IDLE, second({ redis: 20 }), ...Array.from({ length: 9 }, () => second({ redis: 20 })));
  t.same(costs.of('redis'), { instances: 500, balancer: 200, store: 50 });
  t.equal(costs.of('memory'), null);
});

t.test('no cost before what the tiers do by themselves is known, nor of few requests', async (t) => {
  t.equal(observed(...IDLE.slice(1), second({ redis: 500 })).of('redis'), null);
  t.equal(observed(...IDLE, second({ redis: 199 })).of('redis'), null);
  t.equal(observed(...IDLE, second({}, { instances: 3 }), second({ redis: 500 }, { instances: 3 })).of('redis'), null);
});

t.test('seconds that two strategies share, or with logins, tell of none', async (t) => {
  const shared = second({ redis: 300, memory: 300 });
  const logins = second({ redis: 300 }, { hasOtherRequests: true });
  t.equal(observed(...IDLE, shared, logins).of('redis'), null);
});

t.test('a tier that does not tell has no cost, the others keep theirs', async (t) => {
  const { cpu } = second({ jwt: 200 });
  const costs = observed(...IDLE, second({ jwt: 200 }, { cpu: { ...cpu, store: null } }));
  t.same(costs.of('jwt'), { instances: 500, balancer: 200, store: null });
  costs.observe(second({ jwt: 10 }));
  t.same(costs.of('jwt'), { instances: 500, balancer: 200, store: 50 }, 'of the seconds in which it told');
});
