import t from 'tap';
import { affordable } from './populations.js';

const GIB = 2 ** 30;

t.test('a population fits into half of what is free, and says so where it is cut', async (t) => {
  t.same(affordable(100_000, GIB), { sessions: 100_000, cappedBecause: null });
  t.same(affordable(1_000_000, GIB), {
    sessions: 262_144,
    cappedBecause: '1024 MiB of memory are free: half of it is enough for 262144 sessions of 2048 bytes',
  });
});
