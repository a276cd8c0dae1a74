import { type Cell, STORE_FULL_FROM } from '../../contract.js';
import { estimateAt, type FactorValue, numbersOf, valuesOf } from '../cells.js';
import { estimateInWords } from '../numbers.js';
import { describeModelErrors } from '../predictions.js';
import type { Presentation } from '../presentation.js';
import { countOf } from '../text.js';

const CAPACITY = 'capacityRps';
const UTILISATION = 'storeUtilisation';

/** The fewest instances that fill the store, and how it was for the most that were tried. */
function describeCeiling(cells: readonly Cell[], storeQuota: FactorValue): string[] {
  const own = cells.filter(({ factors }) => factors.storeQuota === storeQuota);
  const busy = numbersOf(own, 'instances').flatMap((instances) => {
    const utilisation = estimateAt(own, { instances }, UTILISATION);
    return utilisation === undefined ? [] : [{ instances, utilisation }];
  });
  const full = busy.find(({ utilisation }) => utilisation.value >= STORE_FULL_FROM);
  const last = busy.at(-1);
  if (last === undefined) return [];
  const where = `With ${storeQuota} of a core`;
  if (full === undefined) {
    const share = estimateInWords(last.utilisation);
    return [
      `${where} one Redis does not give out up to ${countOf(last.instances, 'instance')}: it is busy for ${share} of its CPU.`,
    ];
  }
  const [before, after] = [full, last].map(({ instances }) => estimateAt(own, { instances }, CAPACITY));
  const growth =
    full === last || before === undefined || after === undefined
      ? ''
      : ` With ${countOf(last.instances, 'instance')} the capacity is ${estimateInWords(after, 'requests/s')}, after ` +
        `${estimateInWords(before, 'requests/s')} with ${full.instances}.`;
  return [
    `${where} one Redis is full from ${countOf(full.instances, 'instance')} on: busy for ${estimateInWords(full.utilisation)} ` +
      `of its CPU.${growth}`,
  ];
}

function describeCeilings(cells: readonly Cell[]): string[] {
  return valuesOf(cells, 'storeQuota').flatMap((quota) => describeCeiling(cells, quota));
}

/** What the demands say for stores and instances of a core each. */
function describeWholeCores(cells: readonly Cell[]): string[] {
  const whole = cells.find(({ metrics }) => metrics.instancesPerStoreOnWholeCores)?.metrics
    .instancesPerStoreOnWholeCores;
  if (whole === undefined) return [];
  return [
    `By the CPU time that a request takes of each, one Redis on a whole core is full from ${estimateInWords(whole, '')} ` +
      'instances on that use up a core each.',
  ];
}

export const storeCeiling: Presentation = {
  title: 'Where one store gives out',
  charts: [
    {
      kind: 'curves',
      caption: 'Capacity, by number of instances',
      metrics: [CAPACITY],
      axis: 'instances',
    },
    {
      kind: 'curves',
      caption: 'Share of its CPU that the store is busy, by number of instances',
      metrics: [UTILISATION],
      axis: 'instances',
      reference: { value: 1, label: 'all of its CPU' },
    },
  ],
  leading: [CAPACITY, UTILISATION, 'instancesPerStore', 'instancesPerStoreOnWholeCores'],
  predictions: new Map(),
  answer: (cells) => describeCeilings(cells).slice(0, 1),
  means: (cells) => [
    ...describeCeilings(cells).slice(1),
    ...describeWholeCores(cells),
    ...describeModelErrors(cells, [CAPACITY, 'latencyMeanMs', 'instancesPerStore']),
  ],
  misleads: [
    'Redis is throttled here, so that a few instances are enough to fill it. With a whole core it carries as many times ' +
      'more as the quota is smaller than one.',
    'Sessions of this project are small and read one at a time. Larger ones, or several reads per request, fill a store sooner.',
    'A store that is full is not the end: sharding, replicas and caching in the instances move the ceiling, each at its price.',
  ],
};
