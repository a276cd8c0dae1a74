import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCpuStat } from './cpu-quota.js';
import type { ContainerCpu } from './engine.js';

const NANOS_PER_MICRO = 1000;

/**
 * A container's counters from its control group, where the engine runs on this machine: some files, where the engine takes up to a
 * second for the same.
 * @param pid of the container's first process, as the engine tells it
 * @param root where `/proc` and `/sys` are, for tests
 * @returns undefined where that process is not in reach: the engine runs elsewhere, as on Docker Desktop
 */
export function readContainerGroup(container: string, pid: number, root = '/'): ContainerCpu | undefined {
  try {
    const groups = readGroups(join(root, 'proc', `${pid}`, 'cgroup'));
    // A process of that number on another machine is none of the container's.
    if (![...groups.values()].some((path) => path.includes(container))) return undefined;
    const file = (controller: string, name: string) =>
      readFileSync(join(root, 'sys/fs/cgroup', controller, groups.get(controller) ?? '', name), 'utf8');
    if (!groups.has('cpuacct')) return readUnified(file('', 'cpu.stat'));
    const cpuMicros = Number(file('cpuacct', 'cpuacct.usage')) / NANOS_PER_MICRO;
    return { cpuMicros, throttling: parseCpuStat(file('cpu', 'cpu.stat')) };
  } catch {
    return undefined;
  }
}

/** cgroup v2 has one file for both. */
function readUnified(text: string): ContainerCpu {
  const [, usage = 'NaN'] = /^usage_usec (\d+)$/m.exec(text) ?? [];
  return { cpuMicros: Number(usage), throttling: parseCpuStat(text) };
}

/** Paths by controller, '' for the unified hierarchy: cgroups(7), /proc/[pid]/cgroup. */
function readGroups(file: string): Map<string, string> {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
      return controllers.split(',').map((controller): [string, string] => [controller, path]);
    }),
  );
}
