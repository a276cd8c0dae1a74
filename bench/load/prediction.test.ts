import t from 'tap';
import { predictSaturation } from './prediction.js';

const exactly = (value: number) => ({ value, low: value, high: value, n: 5, unit: 'µs' });
const demands = {
  instance: { ...exactly(50), low: 40, high: 60 },
  balancer: exactly(20),
  store: exactly(2),
  generator: exactly(10),
};
const network = { instances: 1, connections: 200, instanceCores: 0.1, storeCores: 1 };

t.test('capacity is that of the tier that is used up first', async (t) => {
  const capacity = (changes: Partial<typeof network>) =>
    predictSaturation(demands, { ...network, ...changes }).predictedCapacityRps?.value ?? 0;
  const near = (value: number, expected: number) =>
    t.ok(Math.abs(value / expected - 1) < 0.02, `${value}, not ${expected}`);
  near(capacity({}), 2_000);
  near(capacity({ instances: 4, connections: 800 }), 8_000);
  near(capacity({ instances: 100, connections: 20_000 }), 50_000);
  near(capacity({ instances: 4, connections: 800, storeCores: 0.01 }), 5_000);
});

t.test(
  'the interval is that of the demands, and latency is what so many connections see at that capacity',
  async (t) => {
    const { predictedCapacityRps: capacity, predictedLatencyMeanMs: latency } = predictSaturation(demands, network);
    t.ok(capacity && latency);
    if (!capacity || !latency) return;
    t.ok(Math.abs(capacity.low / (100_000 / 60) - 1) < 0.02);
    t.ok(Math.abs(capacity.high / (100_000 / 40) - 1) < 0.02);
    t.ok(Math.abs((capacity.value * latency.value) / 1000 - network.connections) < 1e-6);
    t.ok(latency.low < latency.value && latency.value < latency.high);
  },
);
