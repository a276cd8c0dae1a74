import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import { createRandom } from '../stats/prng.js';
import { HAPPENINGS } from './timeline-events.js';

/** What is noted of a kill where so many instances seem to serve after it. */
async function notedWhere(serving: number): Promise<string[]> {
  const cluster = {
    instances: 2,
    partNames: () => ['instance-1', 'instance-2'],
    kill: async () => {},
    restart: async () => {},
    countServing: async () => serving,
  } as unknown as Cluster;
  const names: string[] = [];
  const { signal } = new AbortController();
  const scene = { cluster, random: createRandom(1, 'victim'), signal, note: (name: string) => void names.push(name) };
  await HAPPENINGS['instance killed']?.happen(scene);
  return names;
}

t.test('a death that nobody notices in time is not noted as noticed', async (t) => {
  const { now } = performance;
  t.teardown(() => {
    performance.now = now;
  });
  performance.now = () => 1_000 * now.call(performance);
  const [noticed, missed] = await Promise.all([notedWhere(1), notedWhere(2)]);
  t.same(noticed, ['kill', 'down', 'restart', 'up']);
  t.same(missed, ['kill', 'restart', 'up']);
});
