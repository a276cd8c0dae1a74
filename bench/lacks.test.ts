import t from 'tap';
import { SERVED_STRATEGIES } from '../services/contract.js';
import { BUILT } from './claims/index.js';
import { lacksOf, lacksOfMachine } from './lacks.js';
import { makePlan } from './plan.js';
import type { Requirement } from './protocols/protocol.js';

type Asked = Parameters<typeof lacksOf>[0];

const EVERYTHING: Asked = {
  skipped: [],
  ownsRedis: true,
  ownsDatabase: true,
  cpuQuota: { means: 'cgroup v2' },
  straightUrl: 'http://127.0.0.1:1',
  noAsides: undefined,
  noStores: undefined,
  noPersistence: undefined,
};
const NO_REDIS: Asked['skipped'] = [{ strategy: 'redis', reason: 'no Redis here' }];
const REQUIREMENTS: readonly Requirement[] = [
  'Redis',
  'a Redis of its own',
  'slices of CPU',
  'a way past the balancer',
  'instances with settings of their own',
];

const requirementsOf = (asked: Asked) => REQUIREMENTS.map((name) => lacksOf(asked).requirement(name));

t.test('a cluster that has everything lacks nothing', async (t) => {
  t.same(requirementsOf(EVERYTHING), Array(REQUIREMENTS.length).fill(undefined));
  t.equal(lacksOf(EVERYTHING).strategy('redis'), undefined);
});

t.test('each lack has its reason', async (t) => {
  const storeless = { ...EVERYTHING, skipped: NO_REDIS, ownsRedis: false };
  t.same(requirementsOf(storeless), ['no Redis here', 'no Redis here', undefined, undefined, undefined]);
  t.equal(lacksOf(storeless).strategy('redis'), 'no Redis here');
  t.equal(lacksOf(storeless).strategy('jwt'), undefined);
  t.match(requirementsOf({ ...EVERYTHING, ownsRedis: false }), [undefined, /^the Redis at REDIS_URL .* never broken/]);
  t.match(requirementsOf({ ...EVERYTHING, cpuQuota: { tried: 'systemd (none)' } }), [
    undefined,
    undefined,
    /^needs slices of CPU, which cannot be cut here: tried systemd \(none\)$/,
  ]);
  t.match(requirementsOf({ ...EVERYTHING, straightUrl: null }).at(-2), /reached by the balancer alone$/);
  const foreign = lacksOf({ ...EVERYTHING, ownsDatabase: false });
  t.match(foreign.requirement('a database of its own'), /^the database at DATABASE_URL/);
  t.equal(lacksOf({ ...EVERYTHING, noPersistence: 'no disk' }).requirement('a Redis with a disk'), 'no disk');
  t.equal(lacksOf({ ...EVERYTHING, noStores: 'no store' }).requirement('replicated stores'), 'no store');
  t.equal(requirementsOf({ ...EVERYTHING, noAsides: 'nothing beside it' }).at(-1), 'nothing beside it');
});

t.test('a Redis that is not ours is neither broken nor throttled by any plan', async (t) => {
  const scope = { strategies: SERVED_STRATEGIES, instances: [1, 2, 4] };
  const lacks = lacksOf({ ...EVERYTHING, ownsRedis: false });
  const { measurements, leftOut } = makePlan({ claims: BUILT, scope, minutes: 60, lacks });
  t.same(
    leftOut.map(({ claim }) => claim),
    ['store-dies', 'store-restart', 'store-failover'],
  );
  t.notOk(measurements.some(({ settings }) => settings.slices === 'instances and store'));
  const events = measurements.flatMap(({ cells }) => cells.map(({ event }) => `${event}`));
  t.notOk(events.some((event) => event.startsWith('store')));
  t.ok(
    measurements.some(({ settings, cells }) => settings.slices === 'none' && cells.some((c) => c.strategy === 'redis')),
    'what it costs is seen from outside, and the claim of the ceiling rests on that',
  );
});

t.test('a machine is asked without starting a cluster', async (t) => {
  const bare = lacksOfMachine('local', { PATH: t.testdir(), all: {} });
  t.match(bare.strategy('redis'), /^no Redis server: install redis-server or valkey-server, or set REDIS_URL$/);
  t.match(bare.requirement('Redis'), /^no Redis server/);
  t.match(bare.requirement('a Redis of its own'), /^no Redis server/);
  const foreign = lacksOfMachine('local', { PATH: '', REDIS_URL: 'redis://127.0.0.1:1', all: {} });
  t.equal(foreign.requirement('Redis'), undefined);
  t.match(foreign.requirement('a Redis of its own'), /was not started by this run/);
  const containers = lacksOfMachine('compose', { PATH: '', all: {} });
  t.same(
    REQUIREMENTS.map((name) => containers.requirement(name)),
    Array(REQUIREMENTS.length).fill(undefined),
  );
});

t.test('nobody in a database that is not ours is demoted or revoked by any plan', async (t) => {
  const scope = { strategies: SERVED_STRATEGIES, instances: [1, 2, 4] };
  const lacks = lacksOf({ ...EVERYTHING, ownsDatabase: false });
  const { measurements, leftOut } = makePlan({ claims: BUILT, scope, minutes: 60, lacks });
  const ids = leftOut.map(({ claim }) => claim);
  t.ok(['authz-apart', 'theft-window', 'stale-role'].every((id) => ids.includes(id)));
  t.notOk(measurements.some(({ settings }) => ['windows', 'authorization'].includes(String(settings.battery))));
});
