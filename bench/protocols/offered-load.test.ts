// On a fake cluster, of which the truth is known.
import t, { type Test } from 'tap';
import type { OfferedLoadSettings } from '../contract.js';
import { offeredRps } from '../metrics/offered-load.js';
import { offeredLoad as measurementOf } from '../metrics/quantity.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { FakeCluster, type FakeClusterOptions } from '../testing/fake-cluster.js';
import { FAKE_TRUTH } from '../testing/fake-truth.js';
import { failedChecksOf, faultsOf, type MeasuringOptions, measureOn } from '../testing/measuring.js';
import { offeredLoad } from './offered-load.js';
import type { Calibration } from './protocol.js';

const SETTINGS: OfferedLoadSettings = { users: 60 };
const DEAR = { instanceMicros: { ...FAKE_TRUTH.instanceMicros, jwt: 500 } };
const LOADS = [0.3, 0.6, 0.85];
const CELLS = LOADS.map((load) => ({ strategy: 'jwt', instances: 2, load }));
const TINY: MeasuringOptions = {
  isWarm: true,
  calibrate: async () => ({ instanceCores: 0.08, 'capacityRps jwt': 200, roundMs: 60 }),
};

async function start(t: Test, given: FakeClusterOptions = {}): Promise<FakeCluster> {
  const cluster = await FakeCluster.start({ truth: DEAR, ...given });
  t.teardown(() => cluster.end());
  return cluster;
}

const measure = (cluster: FakeCluster, how?: MeasuringOptions, cells = CELLS) =>
  measureOn(cluster, { protocol: offeredLoad, measurement: measurementOf(SETTINGS), cells }, how);

function isAsBefore(t: Test, cluster: FakeCluster): void {
  t.same(cluster.limits, { instances: undefined, redis: undefined }, 'slices are lifted');
  t.equal(cluster.serving, cluster.instances, 'all instances serve');
}

t.test('loads are shares of the capacity that was found for each strategy', async (t) => {
  const cluster = await start(t, { instances: 3 });
  let found: Calibration = {};
  const rounds = await measure(cluster, {
    async calibrate(look) {
      found = { ...(await look()), roundMs: 400 };
      return found;
    },
  });
  t.same(faultsOf(rounds), []);
  t.same(failedChecksOf(rounds), []);
  const { 'capacityRps jwt': capacityRps = 0, instanceCores = 0 } = found;
  const truth = (2 * (1e6 * instanceCores - 1000 * FAKE_TRUTH.idleMicrosPerMs)) / DEAR.instanceMicros.jwt;
  // A machine that is busy with something else does not send so much.
  t.ok(capacityRps > 0 && capacityRps < 1.08 * truth, `capacity ${capacityRps}, in truth ${truth}`);
  for (const factors of CELLS) {
    const [rps] = offeredRps(measurementOf(SETTINGS), factors).perRound(evidenceIn(rounds));
    t.equal(rps, capacityRps * factors.load);
  }
  for (const { scheduled, sent, answered, statuses } of rounds) {
    t.ok(scheduled > 0 && sent === scheduled && answered === sent && statuses[200] === answered);
  }
  isAsBefore(t, cluster);
});

t.test('whatever becomes of it', { jobs: 3 }, async (t) => {
  t.test('the seed decides order and schedules', { buffered: true }, async (t) => {
    const runs = [1, 1, 2].map(async (seed) => {
      const rounds = await measure(await start(t), { ...TINY, seed, firstSweep: 2 }, CELLS.slice(1));
      return rounds.map(({ factors, sweep, scheduled }) => ({ load: factors.load, sweep, scheduled }));
    });
    const [first, again, other] = await Promise.all(runs);
    t.same(again, first);
    t.notSame(other, first);
    t.same([...new Set(first?.map(({ sweep }) => sweep))], [2], 'one that goes on counts on');
  });

  t.test('rounds in which nobody is answered fail their checks', { buffered: true }, async (t) => {
    let isCut = false;
    const cluster = await start(t, { fateOf: () => (isCut ? 'cut' : 'answered') });
    const calibrate: MeasuringOptions['calibrate'] = async () => {
      isCut = true;
      return { instanceCores: 0.08, 'capacityRps jwt': 200, roundMs: 200 };
    };
    const rounds = await measure(cluster, { isWarm: true, calibrate });
    t.same(faultsOf(rounds), []);
    t.ok(rounds.every(({ answered, sent }) => answered === 0 && sent > 0));
    t.equal(failedChecksOf(rounds).filter((check) => /^few unexpected answers: \d+ of/.test(check)).length, 3);
    isAsBefore(t, cluster);
  });

  t.test('what is thrown leaves the cluster as it was', { buffered: true }, async (t) => {
    const cluster = await start(t, {
      instances: 3,
      before: (method, _, __, cores) => {
        if (method === 'limitCpu' && cores !== undefined) throw new Error('no slices');
      },
    });
    await t.rejects(measure(cluster, TINY), { message: 'no slices' });
    isAsBefore(t, cluster);
    const closed = await start(t, { instances: 3, fateOf: () => 'cut' });
    await t.rejects(measure(closed, TINY), { code: 'UND_ERR_SOCKET' });
    isAsBefore(t, closed);
  });
});
