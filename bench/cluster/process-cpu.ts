import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const NANOS_PER_MICRO = 1000;
/** USER_HZ is 100 on every Linux that Node.js runs on. */
export const TICK_MICROS = 10_000;

/**
 * CPU time of a process since it started, all threads that it has, user and system, in µs. Read from outside, so that a process on
 * a slice of CPU, or a frozen one, does not keep the reader waiting.
 * @throws Error with a `code` where there is no such process
 */
export function readCpuMicros(pid: number, platform: NodeJS.Platform = process.platform): number {
  if (platform === 'linux') {
    return existsSync(`/proc/${pid}/schedstat`)
      ? readSchedstats(`/proc/${pid}/task`)
      : parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  }
  return parseTime(execFileSync('ps', ['-o', 'cputime=', '-p', `${pid}`], { encoding: 'utf8' }));
}

/** The first field of /proc/[pid]/task/[tid]/schedstat is the time on a CPU in ns: Documentation/scheduler/sched-stats.rst. */
function readSchedstats(folder: string): number {
  const nanos = readdirSync(folder).reduce((sum, thread) => sum + readNanos(`${folder}/${thread}/schedstat`), 0);
  return nanos / NANOS_PER_MICRO;
}

/** A thread may end between the listing and the reading. */
function readNanos(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ', 1)[0]);
  } catch {
    return 0;
  }
}

/**
 * In whole ticks, where a kernel or a sandbox has no schedstat. utime and stime are fields 14 and 15 of /proc/[pid]/stat, and the
 * second field may hold spaces and brackets: proc(5).
 */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  return ((userTicks ?? 0) + (systemTicks ?? 0)) * TICK_MICROS;
}

/** In µs from `[[days-]hours:]minutes:seconds[.hundredths]`: ps(1) of the BSDs and macOS. */
export function parseTime(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text.trim()) ?? [];
  const seconds = clock.split(':').reduce((total, part) => 60 * total + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 100) * TICK_MICROS;
}
