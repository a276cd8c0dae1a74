import t from 'tap';
import { findBottleneck } from './demands.js';
import { evenlySpread, type Station, solveClosedNetwork, stationOf } from './mva.js';

const near = (found: number, truth: number, relative = 1e-9) => Math.abs(found - truth) <= relative * Math.abs(truth);

/** Textbook network: demands 2, 3 and 1 s, think time 4 s. */
const textbook: Station[] = [
  { name: 'cpu', demandMs: 2000 },
  { name: 'disk-a', demandMs: 3000 },
  { name: 'disk-b', demandMs: 1000 },
];

t.test('a network worked out by hand', async (t) => {
  // One user: 6 s and 1 / 10 per second. Two: 2(1.2) + 3(1.3) + 1(1.1) = 7.4 s and 2 / 11.4 per second.
  const one = solveClosedNetwork(textbook, 1, 4000);
  t.ok(near(one.latencyMs, 6000) && near(one.throughputRps, 0.1));
  const two = solveClosedNetwork(textbook, 2, 4000);
  t.ok(near(two.latencyMs, 7400) && near(two.throughputRps, 2 / 11.4));
  t.same(
    two.stations.map(({ name, residenceMs }) => [name, Math.round(residenceMs)]),
    [
      ['cpu', 2400],
      ['disk-a', 3900],
      ['disk-b', 1100],
    ],
  );
});

t.test('single servers agree with the convolution algorithm', async (t) => {
  for (const population of [1, 3, 20, 200]) {
    for (const thinkMs of [0, 4000]) {
      const { throughputRps } = solveClosedNetwork(textbook, population, thinkMs);
      const truth = convolutionThroughput(
        textbook.map(({ demandMs }) => demandMs / 1000),
        population,
        thinkMs / 1000,
      );
      t.ok(near(throughputRps, truth, 1e-6), `${population} users: ${throughputRps} and ${truth}`);
    }
  }
});

t.test('several servers agree with the machine repair model', async (t) => {
  for (const servers of [1, 2, 4]) {
    for (const population of [1, 4, 10, 60]) {
      const station = { name: 'repair', demandMs: 100, servers };
      const { throughputRps, stations } = solveClosedNetwork([station], population, 400);
      const truth = repairThroughput(servers, population, 100, 400);
      t.ok(near(throughputRps, truth, 1e-6), `${servers} servers, ${population} users: ${throughputRps} and ${truth}`);
      t.ok(near(stations[0]?.utilization ?? 0, (truth * 0.1) / servers, 1e-6));
    }
  }
});

t.test('a balanced network has its closed form, and a delay is the same as thinking', async (t) => {
  const { throughputRps } = solveClosedNetwork(evenlySpread({ name: 'app', demandMs: 40 }, 4), 16);
  t.ok(near(throughputRps, 16 / ((16 + 4 - 1) * 0.01)));
  const delay = { name: 'network', demandMs: 4000, servers: Number.POSITIVE_INFINITY };
  const [thinking, delayed] = [solveClosedNetwork(textbook, 7, 4000), solveClosedNetwork([...textbook, delay], 7)];
  t.ok(near(delayed.throughputRps, thinking.throughputRps));
  t.ok(near(delayed.latencyMs, thinking.latencyMs + 4000));
});

t.test(
  'the populations of the stations add up, more users never mean less throughput, and the bottleneck bounds it',
  async (t) => {
    const network: Station[] = [
      { name: 'balancer', demandMs: 0.03 },
      ...evenlySpread(stationOf({ name: 'app', cores: 0.1, demandMicros: 40 }), 6),
      { name: 'store', demandMs: 0.01 },
      stationOf({ name: 'database', cores: 3, demandMicros: 50 }),
    ];
    const { capacityRps } = findBottleneck(
      network.map(({ name, demandMs, servers = 1 }) => ({ name, cores: servers, demandMicros: 1000 * demandMs })),
    );
    let previous = 0;
    for (let population = 1; population <= 400; population++) {
      const { throughputRps, latencyMs, stations } = solveClosedNetwork(network, population, 2);
      const present = stations.reduce((sum, { queueLength }) => sum + queueLength, 0);
      const ok =
        near(present + throughputRps * 0.002, population) &&
        near((throughputRps * (latencyMs + 2)) / 1000, population) &&
        throughputRps >= previous * (1 - 1e-12) &&
        throughputRps <= capacityRps * (1 + 1e-9) &&
        stations.every(({ utilization }) => utilization <= 1 + 1e-9);
      if (!ok) t.fail(`${population} users`);
      previous = throughputRps;
    }
    t.ok(previous > 0.97 * capacityRps, 'many users reach the bound');
    t.throws(() => solveClosedNetwork(network, 0), RangeError);
    t.throws(() => stationOf({ name: 'app', cores: 1.5, demandMicros: 40 }), RangeError);
  },
);

/** Buzen, 1973. A think time is a station without queueing. */
function convolutionThroughput(demands: readonly number[], population: number, think: number): number {
  const g = new Float64Array(population + 1);
  g[0] = 1;
  for (let n = 1; n <= population; n++) g[n] = ((g[n - 1] ?? 0) * think) / n;
  for (const demand of demands) for (let n = 1; n <= population; n++) g[n] = (g[n] ?? 0) + demand * (g[n - 1] ?? 0);
  return (g[population - 1] ?? 0) / (g[population] ?? 0);
}

/** M/M/c//N: the birth and death process solved directly. */
function repairThroughput(servers: number, population: number, demandMs: number, thinkMs: number): number {
  const weights = [1];
  for (let n = 1; n <= population; n++) {
    const arrivals = (population - n + 1) / thinkMs;
    weights.push(((weights[n - 1] ?? 0) * (arrivals * demandMs)) / Math.min(n, servers));
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const busy = weights.reduce((sum, weight, n) => sum + Math.min(n, servers) * (weight / total), 0);
  return (1000 * busy) / demandMs;
}
