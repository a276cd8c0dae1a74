import type { Cell, Estimate, Factors } from '../../contract.js';
import { numbersOf, valuesOf } from '../cells.js';
import { estimateInWords, formatNumber } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { joinWords } from '../text.js';

const P99 = 'latencyP99Ms';
const GOODPUT = 'goodputRps';
const LOAD_AT_SLO = 'loadAtSloRps';
const SLO_MS = 50;

interface Limit {
  readonly strategy: string;
  readonly slo: string;
  readonly load: Estimate;
}

/** The load at which each strategy still meets the objective, highest first. */
function rankLimits(cells: readonly Cell[]): Limit[] {
  return cells
    .flatMap(({ factors, metrics }) => {
      const load = metrics[LOAD_AT_SLO];
      return load === undefined ? [] : [{ strategy: String(factors.strategy), slo: String(factors.slo), load }];
    })
    .sort((a, b) => b.load.value - a.load.value);
}

function predictGoodput({ offeredRps }: Factors): number | undefined {
  return typeof offeredRps === 'number' ? offeredRps : undefined;
}

/** Neighbours in the ranking whose intervals overlap are a tie. */
function describeTies(limits: readonly Limit[]): string[] {
  return limits.slice(1).flatMap((lower, index) => {
    const higher = limits[index];
    if (higher === undefined || higher.load.low > lower.load.high) return [];
    return [
      `The intervals of ${higher.strategy} and ${lower.strategy} overlap: this run does not tell which of them bears more load.`,
    ];
  });
}

/** The least load that a strategy was offered and did not serve whole. */
function describeFailures(cells: readonly Cell[]): string[] {
  return valuesOf(cells, 'strategy').flatMap((strategy) => {
    const own = cells.filter(({ factors }) => factors.strategy === strategy);
    const failing = numbersOf(own, 'offeredRps').flatMap((offeredRps) => {
      const failed = own.find(({ factors }) => factors.offeredRps === offeredRps)?.metrics.failedRatio;
      return failed !== undefined && failed.low > 0 ? [{ offeredRps, failed }] : [];
    });
    const [first] = failing;
    if (first === undefined) return [];
    const share = estimateInWords(first.failed);
    return [
      `With ${strategy} requests fail from ${formatNumber(first.offeredRps)} requests/s on: a share of ${share} there.`,
    ];
  });
}

export const loadLatency: Presentation = {
  title: 'Latency under load',
  charts: [
    {
      kind: 'curves',
      caption: 'Latency, 99th percentile, by offered load (each line up is ten times as much)',
      metrics: [P99],
      axis: 'offeredRps',
      reference: { value: SLO_MS, label: `the objective, ${SLO_MS} ms` },
      isLogarithmic: true,
    },
    { kind: 'curves', caption: 'Goodput by offered load', metrics: [GOODPUT], axis: 'offeredRps' },
    { kind: 'bars', caption: 'Highest load that meets the objective', metrics: [LOAD_AT_SLO] },
  ],
  leading: [P99, 'latencyP50Ms', GOODPUT, 'failedRatio'],
  predictions: new Map([[GOODPUT, { formula: 'all that is offered', at: predictGoodput }]]),
  answer(cells) {
    const limits = rankLimits(cells);
    const [first] = limits;
    if (first === undefined) return [];
    const list = limits.map(({ strategy, load }) => `${strategy} ${estimateInWords(load, 'requests/s')}`);
    return [`The objective ${first.slo} is met up to this load: ${joinWords(list)}.`];
  },
  means: (cells) => [...describeTies(rankLimits(cells)), ...describeFailures(cells)],
  misleads: [
    'Requests are sent on a schedule that does not wait for answers, and latency counts from the time a request was due. ' +
      'Tools that wait for the answer before they send again report far lower latencies at the same load.',
    'The load at which latency leaves the objective depends on the CPU that the instances have here. The order of the ' +
      'strategies carries over, the requests per second do not.',
    'Near saturation a percentile depends on how long one measures: queues that grow have no steady latency.',
  ],
};
