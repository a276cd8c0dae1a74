import t from 'tap';
import { clockFrom } from './shared-clock.js';

t.test('who reads the clock later reads a later time, whenever his was made', async (t) => {
  const startAt = process.hrtime.bigint();
  let behind = 0;
  for (let made = 0; made < 10_000; made++) {
    const [one, other] = [clockFrom(startAt), clockFrom(startAt)];
    const first = one();
    if (other() < first) behind++;
  }
  t.equal(behind, 0);
});

t.test('time is counted in ms from the start on, and is negative before it', async (t) => {
  t.ok(clockFrom(process.hrtime.bigint() + 1_000_000_000n)() < -900);
  t.ok(clockFrom(process.hrtime.bigint() - 50_000_000n)() >= 50);
});
