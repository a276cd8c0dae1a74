import t from 'tap';
import { parseCpuStat } from './cpu-quota.js';
import { parseStat, parseTime, readCpuMicros, TICK_MICROS } from './process-cpu.js';

t.test('CPU time is read from what the system tells of a process', async (t) => {
  t.equal(parseStat('7 (a b) c) S 1 7 7 0 -1 4194304 9 0 0 0 12 34 5 6 20 0 1 0 99'), 46 * TICK_MICROS);
  t.equal(parseTime('  0:01.23\n'), 1_230_000);
  t.equal(parseTime('1-02:03:04'), (26 * 3600 + 184) * 1e6);
  const own = () => process.cpuUsage().user + process.cpuUsage().system;
  const before = own();
  const read = readCpuMicros(process.pid);
  t.ok(read >= before - 2 * TICK_MICROS && read <= own() + 2 * TICK_MICROS, `${before} ≤ ${read}`);
  t.throws(() => readCpuMicros(2 ** 22 + 1), { code: 'ENOENT' });
});

t.test('both versions of cgroups count throttled periods', async (t) => {
  const counted = { periods: 7, throttledPeriods: 3, throttledMicros: 5_000 };
  t.same(parseCpuStat('nr_periods 7\nnr_throttled 3\nthrottled_time 5000000\n'), counted);
  t.same(parseCpuStat('usage_usec 1\nnr_periods 7\nnr_throttled 3\nthrottled_usec 5000\n'), counted);
});
