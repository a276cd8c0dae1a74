import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Throttling } from './cluster.js';

/** Short, so that a slice is spread evenly: with the kernel's usual 100 ms a twentieth of a core would stand still for 95 of them. */
const SHORTEST_PERIOD_MICROS = 20_000;
const LONGEST_PERIOD_MICROS = 50_000;
/**
 * At one go, where the longest period allows it. Each time that a process is let run it finds its caches cold: with 1.6 ms at a go a
 * request cost a third more than with 4 ms.
 */
const GOOD_QUOTA_MICROS = 4_000;
/** The kernel grants no less a period: for a hundredth of a core the period has to be longer. */
const LEAST_QUOTA_MICROS = 1_000;

export interface Slice {
  /** -1 is without limit. */
  readonly quotaMicros: number;
  readonly periodMicros: number;
}

/** @param cores 0.1 is a tenth of a core; undefined lifts the limit */
export function sliceOf(cores: number | undefined): Slice {
  if (cores === undefined) return { quotaMicros: -1, periodMicros: SHORTEST_PERIOD_MICROS };
  const good = Math.min(LONGEST_PERIOD_MICROS, Math.max(SHORTEST_PERIOD_MICROS, GOOD_QUOTA_MICROS / cores));
  const periodMicros = Math.ceil(Math.max(good, LEAST_QUOTA_MICROS / cores));
  return { quotaMicros: Math.round(cores * periodMicros), periodMicros };
}

/** Over which a slice is handed out: a process may use up one before the other. */
export function periodMsOf(cores: number): number {
  return sliceOf(cores).periodMicros / 1000;
}

/** A way to give a process a fixed slice of CPU, with all its threads. */
export interface CpuQuota {
  /** For people: "cgroup v1". */
  readonly means: string;
  /** @param cores 0.1 is a tenth of a core; undefined lifts the limit */
  limit(pid: number, cores: number | undefined): void;
  /** What the kernel counted for the process's slice so far; null where it tells nobody. */
  readThrottling(pid: number): Throttling | null;
  /** Folders that are to be removed when the processes have ended. */
  readonly folders: readonly string[];
}

/** A command that removes the folders. The kernel keeps a group until its last process is gone, and on a slice even dying takes a while. */
export function removalOf({ folders }: CpuQuota): string[] {
  const remove = 'for f do i=0; until rmdir "$f" || [ ! -e "$f" ] || [ $i = 25 ]; do i=$((i+1)); sleep 0.2; done; done';
  return ['sh', '-c', remove, 'sh', ...folders];
}

/** Why there is no way, by means tried. */
export interface NoCpuQuota {
  readonly tried: string;
}

type Means = (root: string) => CpuQuota;

const MEANS: Readonly<Record<string, Means>> = {
  'cgroup v2': (root) => {
    const own = readOwnGroup(root, (controllers) => controllers === '');
    const parent = findDelegated(join(root, 'sys/fs/cgroup'), own);
    return groupsIn('cgroup v2', parent, {
      'cpu.max': ({ quotaMicros, periodMicros }) => `${quotaMicros === -1 ? 'max' : quotaMicros} ${periodMicros}`,
    });
  },
  'cgroup v1': (root) => {
    const own = readOwnGroup(root, (controllers) => controllers.split(',').includes('cpu'));
    return groupsIn('cgroup v1', join(root, 'sys/fs/cgroup/cpu', own), {
      'cpu.cfs_period_us': ({ periodMicros }) => `${periodMicros}`,
      'cpu.cfs_quota_us': ({ quotaMicros }) => `${quotaMicros}`,
    });
  },
  systemd: () => scopesOfSystemd(),
};

/**
 * The first means that this machine offers to this user: each is tried on a process that sleeps.
 * @param root where `/proc` and `/sys` are, for tests
 */
export function findCpuQuota(probePid: number, root = '/'): CpuQuota | NoCpuQuota {
  const tried: string[] = [];
  for (const [name, open] of Object.entries(MEANS)) {
    try {
      const quota = open(root);
      quota.limit(probePid, 0.5);
      quota.limit(probePid, undefined);
      return quota;
    } catch (error) {
      tried.push(`${name} (${error instanceof Error ? error.message.split('\n')[0] : error})`);
    }
  }
  return { tried: tried.join('; ') };
}

/** Path of this process's group in the hierarchy whose controllers match (cgroups(7), /proc/[pid]/cgroup). */
function readOwnGroup(root: string, matches: (controllers: string) => boolean): string {
  const lines = readFileSync(join(root, 'proc/self/cgroup'), 'utf8').trim().split('\n');
  const found = lines.map((line) => line.split(':')).find(([, controllers]) => matches(controllers ?? 'none'));
  if (!found) throw new Error('no such hierarchy');
  return found.slice(2).join(':');
}

/** The nearest group above this process in which groups with a CPU limit may be made. */
function findDelegated(mount: string, own: string): string {
  for (let group = own; ; group = dirname(group)) {
    const control = join(mount, group, 'cgroup.subtree_control');
    if (existsSync(control) && readFileSync(control, 'utf8').split(/\s/).includes('cpu')) return join(mount, group);
    if (group === dirname(group)) throw new Error('no group above has the cpu controller for its children');
  }
}

/** A group for each process below `parent`; `files` says what is written for a limit. */
function groupsIn(means: string, parent: string, files: Readonly<Record<string, (slice: Slice) => string>>): CpuQuota {
  const groups = new Map<number, string>();
  return {
    means,
    get folders() {
      return [...groups.values()];
    },
    limit(pid, cores) {
      const group = groups.get(pid) ?? join(parent, `authscale-${pid}`);
      mkdirSync(group, { recursive: true });
      const isNew = !groups.has(pid);
      groups.set(pid, group);
      for (const [file, textOf] of Object.entries(files)) writeFileSync(join(group, file), textOf(sliceOf(cores)));
      // Written once, it takes all threads along, and later ones are born in it.
      if (isNew) writeFileSync(join(group, 'cgroup.procs'), `${pid}`);
    },
    readThrottling(pid) {
      const group = groups.get(pid);
      return group === undefined ? null : parseCpuStat(readFileSync(join(group, 'cpu.stat'), 'utf8'));
    },
  };
}

/** Both versions count periods alike; v1 tells the time in ns, v2 in µs (Documentation/scheduler/sched-bwc.rst). */
export function parseCpuStat(text: string): Throttling {
  const counts = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
  const count = (key: string) => Number(counts.get(key) ?? 0);
  return {
    periods: count('nr_periods'),
    throttledPeriods: count('nr_throttled'),
    throttledMicros: counts.has('throttled_usec') ? count('throttled_usec') : count('throttled_time') / 1000,
  };
}

/** A transient scope around a process that runs already, by the user's own systemd: systemd.scope(5). */
function scopesOfSystemd(): CpuQuota {
  const scopes = new Set<string>();
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const manager = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager'];
  return {
    means: 'systemd',
    folders: [],
    readThrottling: () => null,
    limit(pid, cores) {
      const scope = `authscale-${pid}.scope`;
      if (!scopes.has(scope)) {
        const signature = 'ssa(sv)a(sa(sv))';
        run(
          'busctl',
          '--user',
          'call',
          ...manager,
          'StartTransientUnit',
          signature,
          scope,
          'fail',
          '1',
          'PIDs',
          'au',
          '1',
          `${pid}`,
          '0',
        );
        scopes.add(scope);
      }
      const quota = cores === undefined ? '' : `${100 * cores}%`;
      run(
        'systemctl',
        '--user',
        'set-property',
        '--runtime',
        scope,
        `CPUQuota=${quota}`,
        `CPUQuotaPeriodSec=${sliceOf(cores).periodMicros / 1000}ms`,
      );
    },
  };
}
