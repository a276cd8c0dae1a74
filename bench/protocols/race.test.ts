// On a real cluster: operations that meet on one session, and the same operations where what they do harm to is taken away.
import t from 'tap';
import { type Dispatcher, Pool } from 'undici';
import type { StrategyName } from '../../services/contract.js';
import type { Claim } from '../claims/claim.js';
import { lostUpdate } from '../claims/lost-update.js';
import { CARTS, REFRESHES, REVIVALS } from '../claims/measurements.js';
import { revivedSession } from '../claims/revived-session.js';
import type { Cluster } from '../cluster/cluster.js';
import { findRedisServer } from '../cluster/redis.js';
import type { RaceRound } from '../contract.js';
import type { MeasurementRef } from '../metrics/quantity.js';
import { wrongRatio } from '../metrics/race.js';
import { evidenceIn, options } from '../testing/evidence-of-cells.js';
import { cellsOf, judgeSweep } from '../testing/judged.js';
import { startTestCluster, TEST_ENVIRONMENT } from '../testing/local-cluster.js';
import { failedChecksOf, faultsOf, type MeasuringOptions, measureOn } from '../testing/measuring.js';
import { race } from './race.js';

const STRATEGIES: readonly StrategyName[] = ['memory', 'memory-leaky', 'redis', 'jwt-refresh'];
const SCOPE = { strategies: STRATEGIES, instances: [2] };
/** As often as a sweep of a test is taken, by which it has as many trials as a run. */
const TIMES = 40;
const skip = findRedisServer(TEST_ENVIRONMENT.PATH) ? false : 'no Redis server';
let cluster: Cluster;

t.before(async () => {
  cluster = await startTestCluster({ strategies: STRATEGIES, instances: 2 });
});
t.teardown(() => cluster.stop());

async function verdictOf(claim: Claim, measurement: MeasurementRef<'race'>, trials: number, how?: MeasuringOptions) {
  const few = { ...measurement, settings: { ...measurement.settings, trials } };
  const rounds = await measureOn(cluster, { protocol: race, measurement: few, cells: cellsOf(claim, SCOPE) }, how);
  t.same([faultsOf(rounds), failedChecksOf(rounds)], [[], []]);
  return judgeSweep(claim, SCOPE, rounds, TIMES);
}

t.test('items that are added at once are lost, unless each is added in one step', { skip }, async (t) => {
  const { verdict, because } = await verdictOf(lostUpdate, CARTS, 50);
  t.equal(verdict, 'true', because);
  const straight = new Pool(cluster.url, { connections: 64 });
  const pool = straight.compose((dispatch) => (options: Dispatcher.DispatchOptions, handler) => {
    const path = options.method === 'POST' && options.path.endsWith('/cart') ? '?update=atomic' : '';
    return dispatch({ ...options, path: options.path + path }, handler);
  });
  const inOneStep = await verdictOf(lostUpdate, CARTS, 50, { pool });
  await straight.destroy();
  t.equal(inOneStep.verdict, 'false', inOneStep.because);
});

t.test('a session comes back where its store does not look whether it has ended', { skip }, async (t) => {
  const { verdict, because } = await verdictOf(revivedSession, REVIVALS, 76);
  t.equal(verdict, 'depends', because);
  t.match(because, /come back with memory-leaky, not with memory and redis/);
});

t.test(
  'clients that refresh at once are logged out, unless the token before is good a little longer',
  { skip },
  async (t) => {
    const cells = [0, 10].flatMap((grace) => [2, 5].map((clients) => ({ strategy: 'jwt-refresh', grace, clients })));
    const few = { ...REFRESHES, settings: { ...REFRESHES.settings, trials: 20 } };
    const rounds: RaceRound[] = await measureOn(cluster, { protocol: race, measurement: few, cells });
    t.same([faultsOf(rounds), failedChecksOf(rounds)], [[], []]);
    const shares = cells.map(
      (cell) => wrongRatio(few, cell, 'clients logged out').estimate(evidenceIn(rounds), options()).value,
    );
    t.same(shares, [1, 1, 0, 0]);
  },
);
