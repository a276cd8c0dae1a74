import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Both sources below count in hundredths of a second: USER_HZ is 100 on every Linux that Node.js runs on. */
export const TICK_MICROS = 10_000;

/** CPU time of a process since it started, all threads, user and system, in µs, cut to whole ticks. */
export function readCpuMicros(pid: number, platform: NodeJS.Platform = process.platform): number {
  if (platform === 'linux') return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return parseTime(execFileSync('ps', ['-o', 'cputime=', '-p', `${pid}`], { encoding: 'utf8' }));
}

/** utime and stime are fields 14 and 15 of /proc/[pid]/stat, and the second field may hold spaces and brackets: proc(5). */
export function parseStat(text: string): number {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number);
  return ((userTicks ?? 0) + (systemTicks ?? 0)) * TICK_MICROS;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]`: ps(1) of the BSDs and macOS. */
export function parseTime(text: string): number {
  const [, days = '0', clock = ''] = /^(?:(\d+)-)?([\d:.]+)$/.exec(text.trim()) ?? [];
  const seconds = clock.split(':').reduce((total, part) => 60 * total + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 100) * TICK_MICROS;
}
