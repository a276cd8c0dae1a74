import type { Cell, Estimate } from '../../contract.js';
import { estimateAt, valuesOf } from '../cells.js';
import { estimateInWords } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { capitalise, joinWords } from '../text.js';

const INSTANCE_CPU = 'instanceCpuMicrosPerRequest';
const STORE_CPU = 'storeCpuMicrosPerRequest';
const RATIO = 'instanceCpuRatioToNone';

interface Ranked {
  readonly strategy: string;
  readonly estimate: Estimate;
}

/** Strategies that have the metric, cheapest first, without the baseline. */
function rank(cells: readonly Cell[], metric: string): Ranked[] {
  return valuesOf(cells, 'strategy')
    .flatMap((strategy) => {
      const estimate = estimateAt(cells, { strategy }, metric);
      return estimate === undefined || strategy === 'none' ? [] : [{ strategy: String(strategy), estimate }];
    })
    .sort((a, b) => a.estimate.value - b.estimate.value);
}

function describeRatios(cells: readonly Cell[]): string[] {
  const ranked = rank(cells, RATIO);
  if (ranked.length === 0) return [];
  const list = ranked.map(({ strategy, estimate }) => `${strategy} ${estimateInWords(estimate)}`);
  return [`An instance spends this many times the CPU of the same reply without authentication: ${joinWords(list)}.`];
}

/** Neighbours in the ranking whose intervals overlap are a tie: this run does not tell them apart. */
function describeTies(cells: readonly Cell[]): string[] {
  const ranked = rank(cells, INSTANCE_CPU);
  return ranked.slice(1).flatMap((dearer, index) => {
    const cheaper = ranked[index];
    if (cheaper === undefined || cheaper.estimate.high < dearer.estimate.low) return [];
    return [
      `The intervals of ${cheaper.strategy} and ${dearer.strategy} overlap: by CPU on the instance alone, this run does ` +
        'not tell which is cheaper.',
    ];
  });
}

function describeStore(cells: readonly Cell[]): string[] {
  return rank(cells, STORE_CPU)
    .filter(({ estimate }) => estimate.value > 0)
    .flatMap(({ strategy, estimate }) => {
      const trips = estimateAt(cells, { strategy }, 'storeTripsPerRequest');
      const detail = trips === undefined ? '' : `, for ${estimateInWords(trips, '')} trips per request`;
      return [`${capitalise(strategy)} also uses ${estimateInWords(estimate, 'µs')} of CPU in the store${detail}.`];
    });
}

/** CPU per request in the process that costs most bounds what one process of it can serve. */
function describeLargestTier(cells: readonly Cell[]): string[] {
  const dearer = rank(cells, INSTANCE_CPU).filter(({ strategy, estimate }) => {
    const balancer = estimateAt(cells, { strategy }, 'balancerCpuMicrosPerRequest');
    return balancer !== undefined && balancer.low > estimate.high;
  });
  if (dearer.length === 0) return [];
  return [
    `For ${joinWords(dearer.map(({ strategy }) => strategy))} the balancer spends more CPU on a request than the ` +
      'instance does: with one instance and a core for each, the balancer is the first to run out of CPU.',
  ];
}

export const requestCost: Presentation = {
  title: 'What a request costs',
  charts: [
    {
      kind: 'bars',
      caption: 'CPU time per authenticated request, by tier and strategy',
      metrics: [INSTANCE_CPU, 'balancerCpuMicrosPerRequest', STORE_CPU],
      reference: { factors: { strategy: 'none' }, label: 'the same reply without authentication' },
    },
  ],
  leading: [INSTANCE_CPU, RATIO, 'balancerCpuMicrosPerRequest', STORE_CPU, 'generatorCpuMicrosPerRequest'],
  predictions: new Map(),
  answer(cells) {
    const ranked = rank(cells, RATIO);
    const cheapest = ranked[0];
    const dearest = ranked.at(-1);
    if (cheapest === undefined || dearest === undefined || cheapest === dearest) return [];
    return [
      `Recognising the user multiplies the instance's CPU time per request by ${estimateInWords(cheapest.estimate)} with ` +
        `${cheapest.strategy} and by ${estimateInWords(dearest.estimate)} with ${dearest.strategy}.`,
    ];
  },
  means: (cells) => [
    ...describeRatios(cells),
    ...describeTies(cells),
    ...describeStore(cells),
    ...describeLargestTier(cells),
  ],
  misleads: [
    'The route does next to nothing besides recognising the user. Where a request runs queries and renders a page, the ' +
      'same microseconds are a far smaller share.',
    'Load generator, balancer, instance and store share one machine. CPU time per request stays meaningful there; ' +
      'throughput and latency depend on who else wants the processor.',
    'CPU time leaves out waiting. A store on another machine adds a network round trip to each request that these ' +
      'numbers do not contain.',
  ],
};
