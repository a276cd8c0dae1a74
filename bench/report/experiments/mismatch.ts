import type { Cell, Estimate, Factors } from '../../contract.js';
import { estimateAt, numbersOf, valuesOf } from '../cells.js';
import { estimateInWords, formatNumber } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { capitalise, countOf, joinWords } from '../text.js';

const METRIC = 'successRatio';

/** Round robin sends a request to the one instance that knows the session once in n times. */
function predictSuccess({ strategy, instances }: Factors): number | undefined {
  if (typeof instances !== 'number') return undefined;
  return strategy === 'memory' ? 1 / instances : 1;
}

function memoryAt(cells: readonly Cell[], instances: number): Estimate | undefined {
  return estimateAt(cells, { strategy: 'memory', instances }, METRIC);
}

function describeMemory(cells: readonly Cell[]): string[] {
  return numbersOf(cells, 'instances').flatMap((instances) => {
    const estimate = memoryAt(cells, instances);
    if (estimate === undefined || instances < 2) return [];
    const predicted = 1 / instances;
    const inside = estimate.low <= predicted && predicted <= estimate.high;
    return [
      `With ${instances} instances the in-memory session is recognised in ${estimateInWords(estimate)} of the requests. ` +
        `The prediction, 1/n = ${formatNumber(predicted)}, lies ${inside ? 'inside' : 'outside'} the interval.`,
    ];
  });
}

function partitionMended(cells: readonly Cell[]): { whole: string[]; lossy: Cell[] } {
  const others = cells.filter((cell) => cell.factors.strategy !== 'memory' && cell.metrics[METRIC] !== undefined);
  const lossy = others.filter((cell) => cell.metrics[METRIC]?.value !== 1);
  const lossyNames = new Set(lossy.map((cell) => cell.factors.strategy));
  const whole = valuesOf(others, 'strategy').filter((strategy) => !lossyNames.has(strategy));
  return { whole: whole.map(String), lossy };
}

function describeMended(cells: readonly Cell[]): string[] {
  const { whole, lossy } = partitionMended(cells);
  const largest = countOf(Math.max(...numbersOf(cells, 'instances')), 'instance');
  const sentences = lossy.flatMap(({ factors, metrics }) => {
    const estimate = metrics[METRIC];
    if (estimate === undefined) return [];
    const place = typeof factors.instances === 'number' ? ` with ${countOf(factors.instances, 'instance')}` : '';
    return [`${capitalise(String(factors.strategy))} misses some${place}: ${estimateInWords(estimate)} recognised.`];
  });
  if (whole.length > 0) {
    const verb = whole.length === 1 ? 'recognises' : 'recognise';
    sentences.unshift(`${capitalise(joinWords(whole))} ${verb} every request, up to ${largest}.`);
  }
  return sentences;
}

export const mismatch: Presentation = {
  title: 'Session mismatch',
  charts: [
    {
      kind: 'trends',
      caption: 'Share of authenticated requests that are recognised, by number of instances',
      metrics: [METRIC],
      axis: 'instances',
    },
  ],
  leading: [METRIC],
  predictions: new Map([[METRIC, { formula: '1/n for memory, 1 for the others', at: predictSuccess }]]),
  answer(cells) {
    const instances = Math.max(...numbersOf(cells, 'instances'));
    const memory = memoryAt(cells, instances);
    const { whole } = partitionMended(cells);
    return [
      ...(memory === undefined || instances < 2
        ? []
        : [
            `Behind round robin with ${instances} instances, a session kept in an instance's memory is recognised in ` +
              `${estimateInWords(memory)} of the requests.`,
          ]),
      ...(whole.length === 0 ? [] : [`${capitalise(joinWords(whole))} recognise${whole.length === 1 ? 's' : ''} all.`]),
    ];
  },
  means: (cells) => [...describeMemory(cells), ...describeMended(cells)],
  misleads: [
    'A page that sends several requests at once fails more often than a single request does: the chance that all of ' +
      'them reach the right instance shrinks with each one.',
    'The balancer takes turns strictly and nobody else uses the cluster. Under real traffic the turns look random to ' +
      'one user; the average stays 1/n, the streaks of luck and bad luck do not.',
    'The seed fixes in which order the users act, and with it the outcome. A run with the same seed repeats it and confirms ' +
      'nothing: give another one with --seed.',
    'Sticky routing is whole here because no instance stops. What it loses then is another experiment.',
  ],
};
