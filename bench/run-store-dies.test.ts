// A whole run on a real cluster whose Redis dies in the middle of a claim that is about something else.
import t from 'tap';
import { isSound } from './claims/evidence.js';
import type { Cluster } from './cluster/cluster.js';
import { findRedisServer } from './cluster/redis.js';
import { type PlanRecord, RESULTS_SCHEMA } from './contract.js';
import { visits } from './metrics/quantity.js';
import { ResultLog } from './results/log.js';
import { resumeBench } from './resume.js';
import { mishaps } from './testing/fake-run.js';
import { startTestCluster, TEST_ENVIRONMENT } from './testing/local-cluster.js';

const COMMAND = 'npm run bench -- --instances 1 --strategies redis,jwt';
const hasRedis = findRedisServer(TEST_ENVIRONMENT.PATH) !== undefined;
/** Of the readings of all tiers, two for each round. */
const DIES_AT_READING = 9;

/** Its Redis is killed once, behind the back of whoever measures. */
function withMortalStore(cluster: Cluster): Cluster {
  let readings = 0;
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'readTiers') return typeof value === 'function' ? value.bind(target) : value;
      return async () => {
        if (++readings === DIES_AT_READING) await target.kill('redis');
        return target.readTiers();
      };
    },
  });
}

const measurement = visits({ act: 'page', users: 20, requestsPerUser: 2 });
const PLAN: PlanRecord = {
  kind: 'plan',
  strategies: ['redis', 'jwt'],
  instances: [1],
  claims: [],
  measurements: [
    {
      key: measurement.key,
      protocol: 'visits',
      settings: { ...measurement.settings },
      cells: ['redis', 'jwt'].map((strategy) => ({ strategy, instances: 1 })),
      leastSweeps: 8,
      seconds: 2,
    },
  ],
  leftOut: [],
};

t.test('the others go on, and it is measured again', { skip: hasRedis ? false : 'no Redis server' }, async (t) => {
  const folder = t.testdir();
  const run = { id: 'x', startedAt: new Date().toISOString(), command: COMMAND, seed: 7, minutes: 1 };
  const log = ResultLog.create(folder, { kind: 'run', schema: RESULTS_SCHEMA, ...run });
  log.append(PLAN);
  log.close();
  const { results } = await resumeBench(folder, {
    environment: TEST_ENVIRONMENT,
    command: COMMAND,
    stream: { write: () => true } as unknown as NodeJS.WriteStream,
    now: Date.now,
    signal: new AbortController().signal,
    startCluster: async ({ strategies, instances }) =>
      withMortalStore(await startTestCluster({ strategies, instances })),
  });
  t.match(results.end, { status: 'complete' });
  const unsound = results.rounds.filter((round) => !isSound(round));
  t.ok(mishaps(results).length + unsound.length > 0, 'it was noticed');
  t.ok(
    unsound.every(({ factors }) => factors.strategy === 'redis'),
    'rounds without Redis are not held against it',
  );
  const soundOf = (strategy: string) =>
    results.rounds.filter((round) => round.factors.strategy === strategy && isSound(round)).length;
  t.ok(soundOf('redis') >= 8 && soundOf('jwt') >= 8, 'all rounds were made in the end');
});
