import type { Estimate } from '../stats/estimate.js';
import { formatNumber } from '../words/numbers.js';
import { type Cell, RATIO_METRICS } from './cells.js';

/** A proxy that was not measured, and why. */
export interface Skipped {
  readonly proxy: string;
  readonly reason: string;
}

const WIDTH = 80;
const NONE = '–';

interface Column {
  readonly head: string;
  readonly metric: string;
  readonly format: (estimate: Estimate) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'CPU µs', metric: 'balancerCpuMicrosPerRequest', format: withPercent },
  { head: '/haproxy', metric: RATIO_METRICS.haproxy, format: withPercent },
  { head: '/http-proxy', metric: RATIO_METRICS['http-proxy'], format: withPercent },
  { head: 'req/s', metric: 'throughputRps', format: withPercent },
  { head: 'p50 +ms', metric: 'addedP50Ms', format: withHalfWidth },
  { head: 'p99 +ms', metric: 'addedP99Ms', format: withHalfWidth },
];

const NOTES = `CPU: µs per request of the proxy's process. /haproxy, /http-proxy: how many
times theirs, paired within rounds. +ms: latency beyond direct's, likewise.
±: 95 % interval over rounds. control: its proxy once more in every round, as if
it were another; how far its ratio is from 1 is the noise of this run.
The CPU time of haproxy and nginx is read in ticks of 10 ms: a few percent of a
round, less over all rounds, and within the interval. Senders, proxy and
upstreams share this machine and the loop is closed: throughput and latency are
those of a full machine.
`;

/** One table for each shape of load, 80 columns wide at most, and what stands in it. */
export function renderCosts(cells: readonly Cell[], skipped: readonly Skipped[]): string {
  const rows = cells.map((cell) => [nameOf(cell), ...COLUMNS.map((column) => textOf(cell, column))]);
  const heads = ['', ...COLUMNS.map(({ head }) => head)];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const spare = WIDTH - widths.reduce((sum, width) => sum + width, 0);
  const gap = ' '.repeat(spare >= 2 * (widths.length - 1) ? 2 : 1);
  const line = (texts: readonly string[]) =>
    `${texts.map((text, at) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))).join(gap)}\n`;
  const tables = valuesOf(cells, 'replyBytes').flatMap((bytes) =>
    valuesOf(cells, 'connections').map((connections) => {
      const lines = rows.filter((_, at) => {
        const factors = cells[at]?.factors;
        return factors?.replyBytes === bytes && factors.connections === connections;
      });
      const title = `${connections} connections, replies of ${formatNumber(bytes)} bytes\n`;
      return `${title}${line(heads)}${lines.map(line).join('')}`;
    }),
  );
  const left = skipped.map(({ proxy, reason }) => `${proxy} was skipped: ${reason}.\n`);
  return [...tables, NOTES, [...left, ...cells.flatMap(describeFailed)].join('')].filter(Boolean).join('\n');
}

function valuesOf(cells: readonly Cell[], factor: 'connections' | 'replyBytes'): number[] {
  return [...new Set(cells.map(({ factors }) => factors[factor]))].sort((a, b) => a - b);
}

function nameOf(cell: Cell): string {
  const name = cell.factors.control ? 'control' : cell.factors.proxy;
  return cell.checks.every(({ ok }) => ok) ? name : `${name}!`;
}

function describeFailed(cell: Cell): string[] {
  const { connections, replyBytes } = cell.factors;
  return cell.checks
    .filter(({ ok }) => !ok)
    .map(
      ({ name, detail }) => `! ${nameOf(cell)} ${connections} connections, ${replyBytes} bytes, ${name}: ${detail}\n`,
    );
}

function textOf(cell: Cell, { metric, format }: Column): string {
  const estimate = cell.metrics[metric];
  return estimate === undefined ? NONE : format(estimate);
}

/** "1.72 ±4%": three digits, and half the interval as a share of the value. */
function withPercent({ value, low, high }: Estimate): string {
  const percent = (50 * (high - low)) / value;
  return `${digits(value)} ±${percent.toFixed(percent < 0.95 ? 1 : 0)}%`;
}

/** "0.42 ±0.05": for what may be around zero. */
function withHalfWidth({ value, low, high }: Estimate): string {
  const halfWidth = (high - low) / 2;
  const largest = Math.max(Math.abs(value), halfWidth);
  const decimals = largest < 10 ? 2 : largest < 100 ? 1 : 0;
  return `${value.toFixed(decimals)} ±${halfWidth.toFixed(decimals)}`;
}

function digits(value: number): string {
  return formatNumber(Number(value.toPrecision(3)));
}
