import t from 'tap';
import type { Cluster } from '../cluster/cluster.js';
import { measureInTurns } from './saturation.js';
import { type Setting, sizesAround } from './setting.js';

t.test('sizes start at one, hold the plan, and end half as high again', async (t) => {
  t.same(sizesAround([1, 2, 4]), [1, 2, 4, 6]);
  t.same(sizesAround([4]), [1, 4, 6]);
  t.same(sizesAround([1]), [1, 2]);
});

t.test('all instances serve again, also where a round fails', async (t) => {
  const served: number[] = [];
  const cluster = {
    serveWith: async (instances: number) => {
      served.push(instances);
    },
    readTiers: async () => {
      throw new Error('no answer');
    },
  } as unknown as Cluster;
  const setting = (instances: number) => ({ instances, rounds: [] }) as unknown as Setting;
  const turns = { rounds: 1, roundMs: 1, random: () => 0, onProgress: () => {} };
  await t.rejects(measureInTurns(cluster, [setting(1), setting(3)], turns), /no answer/);
  t.equal(served.at(-1), 3);
});
