import t from 'tap';
import { readContainerGroup } from './container-group.js';

const ID = '94a910af7c3d';

t.test('with cgroup v1 two hierarchies tell the time and the throttling', async (t) => {
  const root = t.testdir({
    proc: { 7: { cgroup: `2:cpuacct:/docker/${ID}\n1:cpu:/docker/${ID}\n0::/docker/${ID}\n` } },
    sys: {
      fs: {
        cgroup: {
          cpuacct: { docker: { [ID]: { 'cpuacct.usage': '5000000\n' } } },
          cpu: { docker: { [ID]: { 'cpu.stat': 'nr_periods 4\nnr_throttled 1\nthrottled_time 2000\n' } } },
        },
      },
    },
  });
  t.same(readContainerGroup(ID, 7, root), {
    cpuMicros: 5_000,
    throttling: { periods: 4, throttledPeriods: 1, throttledMicros: 2 },
  });
});

t.test('with cgroup v2 one file tells both', async (t) => {
  const group = `docker-${ID}.scope`;
  const stat = 'usage_usec 5000\nuser_usec 1\nnr_periods 4\nnr_throttled 1\nthrottled_usec 2\n';
  const root = t.testdir({
    proc: { 7: { cgroup: `0::/system.slice/${group}\n` } },
    sys: { fs: { cgroup: { 'system.slice': { [group]: { 'cpu.stat': stat } } } } },
  });
  t.match(readContainerGroup(ID, 7, root), { cpuMicros: 5_000, throttling: { throttledMicros: 2 } });
});

t.test('a process that is not the container’s, or not there, is left to the engine', async (t) => {
  const root = t.testdir({ proc: { 7: { cgroup: '0::/user.slice\n' } } });
  t.equal(readContainerGroup(ID, 7, root), undefined);
  t.equal(readContainerGroup(ID, 8, root), undefined);
});
