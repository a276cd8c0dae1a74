import type { CalibrationRecord, ContextRecord, PlanRecord, Results, Round } from '../contract.js';
import { formatBytes, formatDate, formatDuration, formatNumber } from '../words/numbers.js';
import { countOf, wordsOf } from '../words/text.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** Where the numbers are from. */
export function listProvenance(results: Results): FactGroup[] {
  const { context, plan, rounds, calibrations } = results;
  const groups = [
    { title: 'Run', facts: describeRun(results) },
    { title: 'Machine', facts: context ? describeMachine(context) : [] },
    { title: 'Others on the machine', facts: describeNeighbours(rounds, context?.cores ?? 0) },
    { title: 'Versions', facts: factsOf(context?.versions ?? {}) },
    { title: 'Plan', facts: plan ? describePlan(plan, rounds) : [] },
    { title: 'Calibration', facts: calibrations.map(describeCalibration) },
    { title: 'Events of the run', facts: describeEvents(results) },
  ];
  return groups.filter(({ facts }) => facts.length > 0);
}

function describeRun({ run, end, events }: Results): Fact[] {
  const isResumed = events.some(({ name }) => name === 'resumed');
  const duration = isResumed ? null : formatDuration(run.startedAt, end?.finishedAt ?? null);
  return [
    { name: 'Name', value: run.id },
    { name: 'Started', value: formatDate(run.startedAt) },
    { name: 'Ended', value: end ? `${formatDate(end.finishedAt)}, ${end.status}` : 'not recorded' },
    ...(duration === null ? [] : [{ name: 'Duration', value: duration }]),
    { name: 'Minutes to measure', value: formatNumber(run.minutes) },
    { name: 'Seed', value: String(run.seed) },
    { name: 'Command', value: run.command },
  ];
}

function describeMachine(context: ContextRecord): Fact[] {
  return [
    { name: 'Processor', value: `${context.cpuModel}, ${countOf(context.cores, 'core')}` },
    { name: 'Memory', value: formatBytes(context.memoryBytes) },
    { name: 'System', value: context.os },
    { name: 'Node.js', value: context.node },
    { name: 'Redis', value: context.redis ?? 'none' },
    { name: 'PostgreSQL', value: context.postgres ?? 'none' },
    { name: 'Cluster', value: context.cluster },
    { name: 'CPU is limited by', value: context.cpuQuota ?? 'nothing' },
    ...factsOf(context.settings),
    { name: 'Commit', value: context.commit ?? 'not a checkout' },
  ];
}

const SILENT_KERNEL = 'the kernel does not tell';

/** What other guests and tasks took, of the time in which rounds were measured. */
function describeNeighbours(rounds: readonly Round[], cores: number): Fact[] {
  if (rounds.length === 0) return [];
  const share = (of: 'stealMs' | 'pressureMs', perMs: number): string => {
    const told = rounds.filter(({ machine }) => machine[of] !== null);
    const amountMs = told.reduce((sum, { machine }) => sum + (machine[of] ?? 0), 0);
    const timeMs = perMs * told.reduce((sum, { durationMs }) => sum + durationMs, 0);
    if (!(timeMs > 0)) return SILENT_KERNEL;
    return `${formatNumber(Number(((100 * amountMs) / timeMs).toPrecision(2)))} %`;
  };
  return [
    { name: 'CPU time that a hypervisor gave to others', value: share('stealMs', cores) },
    { name: 'Time in which some task waited for a CPU', value: share('pressureMs', 1) },
  ];
}

function describePlan({ strategies, instances, claims, measurements }: PlanRecord, rounds: readonly Round[]): Fact[] {
  return [
    { name: 'Strategies', value: strategies.join(', ') },
    { name: 'Numbers of instances', value: instances.join(', ') },
    { name: 'Claims', value: claims.join(', ') },
    ...measurements.map(({ key, cells, leastSweeps, seconds }) => {
      const measured = rounds.filter(({ measurement }) => measurement === key).length;
      const least = `${countOf(cells.length, 'cell')}, at least ${countOf(leastSweeps, 'round')} each`;
      return {
        name: key,
        value: `${least}, ${formatNumber(Math.round(seconds))} s; ${countOf(measured, 'round')} measured`,
      };
    }),
  ];
}

function describeCalibration({ measurement, values }: CalibrationRecord): Fact {
  const words = Object.entries(values).map(([name, value]) => `${wordsOf(name)} ${formatNumber(value)}`);
  return { name: measurement, value: words.join(', ') };
}

function describeEvents({ events }: Results): Fact[] {
  return events
    .filter(({ name }) => name !== 'measured')
    .map(({ at, name, measurement, detail }) => ({
      name: `${name}, ${formatDate(at)}`,
      value: [measurement, detail].filter((text) => text !== null && text !== '').join(': '),
    }));
}

function factsOf(record: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
