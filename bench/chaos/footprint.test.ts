import t from 'tap';
import { type Footprints, findGrowth } from './footprint.js';

const before: Footprints = {
  balancer: { heapBytes: 20e6, descriptors: 40 },
  'instance-1': { heapBytes: 30e6, descriptors: null },
};

t.test('a little more is chance, much more has grown', async (t) => {
  const little: Footprints = {
    balancer: { heapBytes: 32e6, descriptors: 100 },
    'instance-1': { heapBytes: 31e6, descriptors: null },
  };
  t.same(findGrowth(before, little), []);
  const much: Footprints = {
    balancer: { heapBytes: 20e6, descriptors: 140 },
    'instance-1': { heapBytes: 60e6, descriptors: null },
  };
  t.same(findGrowth(before, much), [
    'nothing grows: balancer had 40 files and sockets open and has 140',
    'nothing grows: instance-1 held 30.0 MB and holds 60.0 MB',
  ]);
});
