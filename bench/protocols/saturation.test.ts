// On a fake cluster, of which the truth is known.
import t, { type Test } from 'tap';
import type { Factors, SaturationRound, SaturationSettings } from '../contract.js';
import * as demands from '../metrics/demands.js';
import { saturation as measurementOf, type Quantity } from '../metrics/quantity.js';
import * as metrics from '../metrics/saturation.js';
import { utilisationsOf } from '../metrics/saturation.js';
import { evidenceIn } from '../testing/evidence-of-cells.js';
import { FakeCluster, type FakeClusterOptions } from '../testing/fake-cluster.js';
import { FAKE_TRUTH } from '../testing/fake-truth.js';
import { failedChecksOf, faultsOf, type MeasuringOptions, measureOn } from '../testing/measuring.js';
import type { Calibration } from './protocol.js';
import { saturation } from './saturation.js';

const WHOLE: SaturationSettings = { slices: 'none', connections: 8 };
const SLICED: SaturationSettings = { slices: 'instances', connections: 'fill' };
const STORE_SLICED: SaturationSettings = { slices: 'instances and store', connections: 'fill' };

/** A request costs so much that this process, which sends and answers, is not used up. */
const DEAR = {
  instanceMicros: { ...FAKE_TRUTH.instanceMicros, none: 1_000, redis: 1_000, jwt: 1_000 },
  databaseTrips: 2,
};

async function start(t: Test, given: FakeClusterOptions = {}): Promise<FakeCluster> {
  const cluster = await FakeCluster.start(given);
  t.teardown(() => cluster.end());
  return cluster;
}

const measure = (
  cluster: FakeCluster,
  settings: SaturationSettings,
  cells: readonly Factors[],
  how?: MeasuringOptions,
) => measureOn(cluster, { protocol: saturation, measurement: measurementOf(settings), cells }, how);

/** Sizes that make rounds short. */
const knowing = (found: Calibration): Pick<MeasuringOptions, 'calibrate'> => ({ calibrate: async () => found });

/** The same sizes as would be found, for shorter rounds. */
const shortly = (found: Calibration[] = [], changed: Calibration = {}): Pick<MeasuringOptions, 'calibrate'> => ({
  async calibrate(look) {
    found.push({ ...(await look()), roundMs: 800, ...changed });
    return found[0] ?? {};
  },
});

/** Of the only sweep. */
const valueIn = (rounds: readonly SaturationRound[], quantity: Quantity) =>
  quantity.perRound(evidenceIn(rounds))[0] ?? Number.NaN;

function near(t: Test, what: string, found: number, truth: number): void {
  t.ok(Math.abs(found / truth - 1) <= 0.15, `${what}: ${found}, in truth ${truth}`);
}

function isAsBefore(t: Test, cluster: FakeCluster): void {
  t.same(cluster.limits, { instances: undefined, redis: undefined }, 'slices are lifted');
  t.equal(cluster.serving, cluster.instances, 'all instances serve');
}

t.test('the truth is found', { jobs: 3 }, async (t) => {
  t.test(
    'what a request costs each tier is found, net of what the tiers spend on their own',
    { buffered: true },
    async (t) => {
      const cluster = await start(t, { truth: { ...DEAR, idleMicrosPerMs: 20 } });
      const cells = ['none', 'redis'].map((strategy) => ({ strategy, instances: 1 }));
      const sizes = knowing({ connectionsPerInstance: 8, roundMs: 600 });
      const rounds = await measure(cluster, WHOLE, [...cells, { strategy: metrics.IDLE }], sizes);
      t.same(faultsOf(rounds), []);
      t.same(failedChecksOf(rounds), []);
      const measurement = measurementOf(WHOLE);
      const cost = (tier: 'instance' | 'balancer' | 'store', factors: Factors) =>
        valueIn(rounds, demands.cpuMicrosPerRequest(tier, measurement, factors));
      for (const factors of cells) {
        const strategy = factors.strategy as 'none' | 'redis';
        near(t, strategy, cost('instance', factors), DEAR.instanceMicros[strategy]);
        near(t, `balancer with ${strategy}`, cost('balancer', factors), FAKE_TRUTH.balancerMicros);
        const trips = (to: 'store' | 'database') => valueIn(rounds, metrics.tripsPerRequest(to, measurement, factors));
        t.equal(trips('store'), strategy === 'redis' ? 1 : 0);
        t.equal(trips('database'), DEAR.databaseTrips);
      }
      near(t, 'store', cost('store', { strategy: 'redis', instances: 1 }), FAKE_TRUTH.storeMicros);
      const cookie = `cookie: sid=${'x'.repeat(FAKE_TRUTH.sessionIdLength)}\r\n`;
      const bytes = (strategy: string) =>
        valueIn(rounds, metrics.requestBytes(measurement, { strategy, instances: 1 }));
      t.equal(bytes('redis') - bytes('none'), cookie.length + 'redis'.length - 'none'.length);
      t.notOk(
        cluster.calls.some((call) => /^limitCpu \w+ \d/.test(call)),
        'no slice was cut',
      );
    },
  );

  t.test('past the balancer, with as many connections as a cell says', { buffered: true }, async (t) => {
    const cluster = await start(t, { truth: { ...DEAR, idleMicrosPerMs: 20 } });
    const cells = [1, 4].map((connections) => ({ strategy: 'redis', instances: 1, connections, straight: true }));
    const sizes = knowing({ connectionsPerInstance: 32, roundMs: 600 });
    const rounds = await measure(cluster, WHOLE, [...cells, { strategy: metrics.IDLE }], sizes);
    t.same(failedChecksOf(rounds), []);
    for (const factors of cells) {
      const round = rounds.find((one) => one.factors.connections === factors.connections);
      t.equal(round?.connections, factors.connections);
      const answered = Object.values(round?.steady.statuses ?? {}).reduce((sum, count) => sum + count, 0);
      t.equal(round?.steady.work.instanceRequests, answered, "the client's count");
      const cost = valueIn(rounds, demands.cpuMicrosPerRequest('instance', measurementOf(WHOLE), factors));
      near(t, `${factors.connections} connections`, cost, DEAR.instanceMicros.redis);
    }
  });

  t.test('instances on slices use them up, and two recognise twice as many as one', { buffered: true }, async (t) => {
    const cluster = await start(t, { truth: DEAR });
    const cells = [1, 2].map((instances) => ({ strategy: 'jwt', instances }));
    const found: Calibration[] = [];
    const rounds = await measure(cluster, SLICED, cells, shortly(found));
    t.same(faultsOf(rounds), []);
    t.same(failedChecksOf(rounds), []);
    const cores = found[0]?.instanceCores ?? 0;
    t.ok(cores >= 0.02 && cores <= 0.08, `slices of ${cores}`);
    const [one = {}, two = {}] = cells;
    const busy = (instances: number) => {
      const round = rounds.find(({ factors }) => factors.instances === instances);
      return round ? utilisationsOf(round).instance : Number.NaN;
    };
    // Where this machine is busy with something else, the slices are not used up: throughput is utilisation by demand.
    const capacity = valueIn(rounds, metrics.recognisedRps(measurementOf(SLICED), one));
    const spent = 1e6 * cores * busy(1) - 1000 * FAKE_TRUTH.idleMicrosPerMs;
    near(t, 'capacity', capacity, spent / DEAR.instanceMicros.jwt);
    const speedup = valueIn(rounds, metrics.speedup(measurementOf(SLICED), two, one));
    near(t, 'speedup', speedup, (2 * busy(2)) / busy(1));
    isAsBefore(t, cluster);
  });

  t.test('a store on a slice is what is used up', { buffered: true }, async (t) => {
    const cluster = await start(t, { truth: { ...DEAR, idleMicrosPerMs: 0, storeMicros: 100 } });
    const factors = { strategy: 'redis', instances: 2 };
    // As few connections as have met at the store before the ramp is over.
    const changed = { connectionsPerInstance: 6 };
    const rounds = await measure(cluster, STORE_SLICED, [factors], shortly([], changed));
    t.same(faultsOf(rounds), []);
    t.same(failedChecksOf(rounds), []);
    const busy = valueIn(rounds, metrics.storeUtilisation(measurementOf(STORE_SLICED), factors));
    // The clock and the processor are read one after the other.
    t.ok(busy <= 1.01 && busy > 0, `the store is busy for ${busy} of its slice`);
    const { work, statuses } = rounds[0]?.steady ?? {};
    near(t, 'store', (work?.storeCpuMicros ?? 0) / (statuses?.['200'] ?? 0), 100);
    isAsBefore(t, cluster);
  });
});

const CELLS = [1, 2, 3, 4].map((instances) => ({ strategy: 'none', instances }));
const TINY = knowing({ connectionsPerInstance: 2, roundMs: 40, instanceCores: 0.08, storeCores: 0.05 });

t.test('whatever becomes of it', { jobs: 6 }, async (t) => {
  t.test('the seed decides the order of the cells', { buffered: true }, async (t) => {
    const orders = [1, 1, 2].map(async (seed) => {
      const cluster = await start(t, { instances: 4, truth: DEAR });
      const rounds = await measure(cluster, WHOLE, CELLS, { ...TINY, seed, sweeps: 3, firstSweep: 4 });
      return rounds.map(({ factors, sweep }) => ({ instances: factors.instances, sweep }));
    });
    const [first, again, other] = await Promise.all(orders);
    t.same(again, first);
    t.notSame(other, first);
    t.same([...new Set(first?.map(({ sweep }) => sweep))], [4, 5, 6], 'one that goes on counts on');
  });

  t.test('what is thrown in a round leaves the cluster as it was', { buffered: true }, async (t) => {
    let readings = 0;
    const cluster = await start(t, {
      truth: DEAR,
      before: (method, { limits }) => {
        if (method !== 'readTiers' || limits.redis === undefined) return;
        readings++;
        if (readings === 3) throw new Error('no counters');
      },
    });
    await t.rejects(measure(cluster, STORE_SLICED, CELLS.slice(0, 2), TINY), { message: 'no counters' });
    t.ok(cluster.calls.includes('limitCpu redis 0.05') && cluster.calls.includes('limitCpu instances 0.08'));
    isAsBefore(t, cluster);
  });

  t.test('an abort leaves the cluster as it was', { buffered: true }, async (t) => {
    const stop = new AbortController();
    const cluster = await start(t, {
      truth: DEAR,
      before: (method, { limits }) => {
        if (method === 'readTiers' && limits.instances !== undefined) stop.abort();
      },
    });
    await t.rejects(measure(cluster, SLICED, CELLS.slice(0, 2), { ...TINY, signal: stop.signal }), {
      name: 'AbortError',
    });
    isAsBefore(t, cluster);
  });

  t.test('rounds in which every connection is lost fail their checks', { buffered: true }, async (t) => {
    const cluster = await start(t, { fateOf: () => 'cut' });
    const rounds = await measure(cluster, WHOLE, CELLS.slice(0, 1), TINY);
    t.same(faultsOf(rounds), []);
    t.match(rounds, [{ checks: [{}, {}, { name: 'enough requests', ok: false, detail: /^0 in/ }] }]);
    t.match(failedChecksOf(rounds), [/^sent = answered \+ failed: /]);
  });

  t.test('rounds in which no instance answers are there, and fail their checks', { buffered: true }, async (t) => {
    const cluster = await start(t, { truth: DEAR });
    const calibrate: MeasuringOptions['calibrate'] = async () => {
      for (const part of ['instance-1', 'instance-2']) await cluster.kill(part);
      return { connectionsPerInstance: 2, roundMs: 40 };
    };
    const rounds = await measure(cluster, WHOLE, CELLS.slice(0, 1), { calibrate });
    t.same(faultsOf(rounds), []);
    t.match(rounds, [{ checks: [{}, {}, { name: 'enough requests', ok: false, detail: /^0 in/ }] }]);
  });

  t.test('slices in which nothing is answered are no size', { buffered: true }, async (t) => {
    const cluster = await start(t, {
      truth: DEAR,
      before: async (method, cluster, kind, cores) => {
        if (method === 'limitCpu' && cores !== undefined)
          await cluster.kill(`${kind}`.replace('instances', 'instance-1'));
      },
    });
    await t.rejects(measure(cluster, SLICED, [{ strategy: 'none', instances: 1 }]), {
      code: 'REQUEST_FAILED',
      message: /^Slices of 0\.\d+ of a core answer nothing for 800 ms\.$/,
    });
    isAsBefore(t, cluster);
  });
});
