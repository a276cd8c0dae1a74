import { type Cell, CONTROL, type Estimate } from '../../contract.js';
import { compare, type Noise, noiseOf } from '../../stats/noise.js';
import { unpairedRatio } from '../../stats/unpaired.js';
import { estimateAt, valuesOf } from '../cells.js';
import { estimateInWords, formatNumber } from '../numbers.js';
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

function controlIn(cells: readonly Cell[]): Estimate | undefined {
  const control = estimateAt(cells, { [CONTROL]: true }, RATIO);
  return control !== undefined && control.low > 0 ? control : undefined;
}

/** Without a control nothing is known of the rig, and the intervals alone decide. */
function noiseIn(cells: readonly Cell[]): Noise {
  const control = controlIn(cells);
  return control === undefined ? { threshold: 0, falseAlarm: false } : noiseOf(control);
}

function isTie(one: Ranked, other: Ranked, noise: Noise): boolean {
  const ratio = unpairedRatio([one.estimate], [other.estimate]);
  return ratio === undefined || compare(ratio, noise) === 'tie';
}

function describeRatios(cells: readonly Cell[]): string[] {
  const ranked = rank(cells, RATIO);
  if (ranked.length === 0) return [];
  const list = ranked.map(({ strategy, estimate }) => `${strategy} ${estimateInWords(estimate)}`);
  return [`An instance spends this many times the CPU of the same reply without authentication: ${joinWords(list)}.`];
}

/** With the reply without authentication, and between neighbours in the ranking. */
function describeTies(cells: readonly Cell[]): string[] {
  const noise = noiseIn(cells);
  const ranked = rank(cells, RATIO);
  const free = ranked.filter(({ estimate }) => compare(estimate, noise) === 'tie').map(({ strategy }) => strategy);
  const pairs = ranked.slice(1).flatMap((dearer, index) => {
    const cheaper = ranked[index];
    return cheaper !== undefined && isTie(cheaper, dearer, noise) ? [`${cheaper.strategy} and ${dearer.strategy}`] : [];
  });
  return [
    ...free.map((strategy) => `${capitalise(strategy)} is a tie with no authentication at all.`),
    ...pairs.map(
      (pair) => `${capitalise(pair)} are a tie: by CPU on the instance, this run does not tell which is cheaper.`,
    ),
  ];
}

function describeNoise(cells: readonly Cell[]): string[] {
  const control = controlIn(cells);
  if (control === undefined) return [];
  const { threshold, falseAlarm } = noiseOf(control);
  return [
    'The control is the reply without authentication measured twice in every round, as if it were two. The second costs ' +
      `${estimateInWords(control)} times the first, so CPU times that differ by less than ` +
      `${formatNumber(Math.ceil(1000 * threshold) / 10)} % are a tie.`,
    ...(falseAlarm
      ? ['The interval of the control does not contain 1: a false alarm, as chance gives one in twenty.']
      : []),
  ];
}

/** What the store does by itself meanwhile is spread over the requests of all strategies; only those that ask it are told of. */
function describeStore(cells: readonly Cell[]): string[] {
  return rank(cells, STORE_CPU)
    .filter(({ estimate }) => estimate.value > 0)
    .flatMap(({ strategy, estimate }) => {
      const trips = estimateAt(cells, { strategy }, 'storeTripsPerRequest');
      if (trips?.value === 0) return [];
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
    const tie = isTie(cheapest, dearest, noiseIn(cells)) ? ', which is a tie' : '';
    return [
      `Recognising the user multiplies the instance's CPU time per request by ${estimateInWords(cheapest.estimate)} with ` +
        `${cheapest.strategy} and by ${estimateInWords(dearest.estimate)} with ${dearest.strategy}${tie}.`,
    ];
  },
  means: (cells) => [
    ...describeRatios(cells),
    ...describeTies(cells),
    ...describeNoise(cells),
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
