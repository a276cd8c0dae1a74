import type { Cell, Factors } from '../../contract.js';
import { estimateAt, numbersOf, placeOf } from '../cells.js';
import { estimateInWords, formatNumber } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { capitalise } from '../text.js';

const SKEW = 'maxToMeanLoad';
const NEWCOMER = 'newInstanceShare';

/** With the newest instance counted in, an even share is one of n. */
function predictShare({ instances }: Factors): number | undefined {
  return typeof instances === 'number' ? 1 / instances : undefined;
}

/** At the most instances, each kind of users: sticky against round robin. */
function describeSkew(cells: readonly Cell[]): string[] {
  const instances = Math.max(...numbersOf(cells, 'instances'));
  return ['uniform', 'zipf'].flatMap((users) => {
    const sticky = estimateAt(cells, { strategy: 'sticky', users, instances }, SKEW);
    const robin = estimateAt(cells, { strategy: 'memory', users, instances }, SKEW);
    if (sticky === undefined || robin === undefined) return [];
    const relation =
      sticky.low > robin.high
        ? 'sticky routing is less even'
        : sticky.high < robin.low
          ? 'sticky routing is more even'
          : 'the intervals overlap: this run does not tell them apart';
    return [
      `${capitalise(users)} users, ${instances} instances: the busiest instance has ${estimateInWords(sticky, '')} times ` +
        `the mean load with sticky routing and ${estimateInWords(robin, '')} times with round robin; ${relation}.`,
    ];
  });
}

function describeNewcomer(cells: readonly Cell[]): string[] {
  return cells.flatMap(({ factors, metrics }) => {
    const share = metrics[NEWCOMER];
    const even = predictShare(factors);
    if (share === undefined || even === undefined) return [];
    return [
      `${capitalise(placeOf(factors))}: an instance that was added gets ${estimateInWords(share)} of the requests; an even ` +
        `share is ${formatNumber(even)}.`,
    ];
  });
}

export const stickySkew: Presentation = {
  title: 'How even the load is',
  charts: [
    {
      kind: 'trends',
      caption: 'Load of the busiest instance against the mean, by number of instances',
      metrics: [SKEW],
      axis: 'instances',
      reference: { value: 1, label: 'all instances alike' },
    },
    {
      kind: 'trends',
      caption: 'Share of the requests that the newest instance gets, by number of instances',
      metrics: [NEWCOMER],
      axis: 'instances',
    },
  ],
  leading: [SKEW, NEWCOMER],
  predictions: new Map([[NEWCOMER, { formula: '1/n, an even share', at: predictShare }]]),
  answer(cells) {
    const instances = Math.max(...numbersOf(cells, 'instances'));
    const skew = estimateAt(cells, { strategy: 'sticky', users: 'zipf', instances }, SKEW);
    if (skew === undefined) return [];
    return [
      `When a few users send most of the requests, sticky routing gives the busiest of ${instances} instances ` +
        `${estimateInWords(skew, '')} times the mean load.`,
    ];
  },
  means: (cells) => [...describeSkew(cells), ...describeNewcomer(cells)],
  misleads: [
    'With few users chance alone makes sticky routing uneven. The more users share the instances, the more even it gets, ' +
      'unless single users weigh much.',
    'A request counts as a request here. Where some are a hundred times as expensive as others, no counting policy is even.',
    'An added instance fills up with sticky routing as users sign in anew. Its share depends on how long one waits.',
  ],
};
