import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmdirSync } from 'node:fs';
import t from 'tap';
import { findCpuQuota, sliceOf } from './cpu-quota.js';

const V2 = {
  proc: { self: { cgroup: '0::/user.slice/app.scope\n' } },
  sys: {
    fs: {
      cgroup: {
        'user.slice': { 'cgroup.subtree_control': 'cpu memory\n', 'app.scope': { 'cgroup.subtree_control': '\n' } },
      },
    },
  },
};
const V1 = {
  proc: { self: { cgroup: '3:cpu,cpuacct:/\n0::/\n' } },
  sys: { fs: { cgroup: { cpu: {}, 'cgroup.subtree_control': 'memory\n' } } },
};

t.test('with cgroup v2 the nearest group that may limit CPU gets one for each process', async (t) => {
  const root = t.testdir(V2);
  const quota = findCpuQuota(7, root);
  if (!('means' in quota)) return t.fail(quota.tried);
  t.equal(quota.means, 'cgroup v2');
  quota.limit(42, 0.1);
  const group = `${root}/sys/fs/cgroup/user.slice/authscale-42`;
  t.equal(readFileSync(`${group}/cpu.max`, 'utf8'), '4000 40000');
  t.equal(readFileSync(`${group}/cgroup.procs`, 'utf8'), '42');
  quota.limit(42, undefined);
  t.equal(readFileSync(`${group}/cpu.max`, 'utf8'), 'max 20000');
});

t.test('with cgroup v1 the quota of the cpu hierarchy is set', async (t) => {
  const root = t.testdir(V1);
  const quota = findCpuQuota(7, root);
  if (!('means' in quota)) return t.fail(quota.tried);
  t.equal(quota.means, 'cgroup v1');
  quota.limit(42, 0.25);
  const group = `${root}/sys/fs/cgroup/cpu/authscale-42`;
  t.equal(readFileSync(`${group}/cpu.cfs_quota_us`, 'utf8'), '5000');
  t.equal(readFileSync(`${group}/cpu.cfs_period_us`, 'utf8'), '20000');
});

t.test('a slice below what the kernel grants a period has a longer period', async (t) => {
  t.same(sliceOf(0.2), { quotaMicros: 4000, periodMicros: 20_000 });
  t.same(sliceOf(0.08), { quotaMicros: 4000, periodMicros: 50_000 });
  t.same(sliceOf(0.04), { quotaMicros: 2000, periodMicros: 50_000 });
  t.same(sliceOf(0.01), { quotaMicros: 1000, periodMicros: 100_000 });
});

t.test('where nothing is permitted, every means is named with its reason', async (t) => {
  const quota = findCpuQuota(0, t.testdir({}));
  t.match(quota, { tried: /cgroup v2 \(.+\); cgroup v1 \(.+\); systemd \(.+\)/ });
});

t.test('a limited process gets its slice and no more, where this machine permits it', async (t) => {
  const busy = spawn(process.execPath, ['-e', 'process.send(0); for (;;) {}'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(busy, 'message');
  const pid = busy.pid ?? 0;
  const quota = findCpuQuota(pid);
  if (!('means' in quota)) {
    busy.kill('SIGKILL');
    return t.comment(`not tried: ${quota.tried}`);
  }
  quota.limit(pid, 0.1);
  const cpuTicks = () => {
    const [user = 0, system = 0] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
    return user + system;
  };
  const [before, startedAt] = [cpuTicks(), performance.now()];
  while (performance.now() - startedAt < 1_000) await new Promise((resolve) => setTimeout(resolve, 50));
  // A tick of /proc is 10 ms on Linux.
  const share = ((cpuTicks() - before) * 10) / (performance.now() - startedAt);
  t.ok(share < 0.2, `${share} of a core where 0.1 was given`);
  busy.kill('SIGKILL');
  await once(busy, 'exit');
  for (const folder of quota.folders) rmdirSync(folder);
});
