import type { Cell, Factors } from '../../contract.js';
import { estimateAt, numbersOf, valuesOf } from '../cells.js';
import { estimateInWords, formatNumber } from '../numbers.js';
import type { Presentation } from '../presentation.js';
import { capitalise, joinWords } from '../text.js';

const LOGINS = 'loginsPerPageView';
const HASH_CPU = 'passwordHashCpuMicrosPerPageView';
const INSTANCE_CPU = 'instanceCpuMicrosPerPageView';

/** The next request meets the instance that just signed the user in once in n times. */
function predictLogins({ strategy, instances }: Factors): number | undefined {
  if (typeof instances !== 'number') return undefined;
  return strategy === 'memory' ? (instances - 1) / instances : 0;
}

function describeLogins(cells: readonly Cell[], instances: number): string[] {
  const logins = estimateAt(cells, { strategy: 'memory', instances }, LOGINS);
  if (logins === undefined || instances < 2) return [];
  const predicted = (instances - 1) / instances;
  const inside = logins.low <= predicted && predicted <= logins.high;
  return [
    `With ${instances} instances a client with an in-memory session that signs in again at every 401 needs ` +
      `${estimateInWords(logins, '')} logins per page view. The prediction, (n−1)/n = ${formatNumber(predicted)}, lies ` +
      `${inside ? 'inside' : 'outside'} the interval.`,
  ];
}

function describeHashing(cells: readonly Cell[], instances: number): string[] {
  const at = { strategy: 'memory', instances };
  const hashing = estimateAt(cells, at, HASH_CPU);
  const all = estimateAt(cells, at, INSTANCE_CPU);
  if (hashing === undefined || instances < 2) return [];
  const share =
    all === undefined || all.value <= 0 ? '' : `, of ${estimateInWords(all, 'µs')} that the instances spend altogether`;
  return [
    `With ${instances} instances password hashing takes ${estimateInWords(hashing, 'µs')} of CPU per page view${share}.`,
  ];
}

function describeOthers(cells: readonly Cell[]): string[] {
  const others = cells.filter((cell) => cell.factors.strategy !== 'memory' && cell.metrics[LOGINS] !== undefined);
  const restless = new Set(
    others.filter((cell) => cell.metrics[LOGINS]?.value !== 0).map((cell) => cell.factors.strategy),
  );
  const calm = valuesOf(others, 'strategy').filter((strategy) => !restless.has(strategy));
  if (calm.length === 0) return [];
  return [`${capitalise(joinWords(calm.map(String)))} need${calm.length === 1 ? 's' : ''} no further login.`];
}

export const reloginStorm: Presentation = {
  title: 'Logging in again',
  charts: [
    {
      kind: 'trends',
      caption: 'Logins per page view of a client that signs in again at every 401, by number of instances',
      metrics: [LOGINS],
      axis: 'instances',
    },
    {
      kind: 'trends',
      caption: 'CPU time of the instances per page view, by number of instances',
      metrics: [INSTANCE_CPU],
      axis: 'instances',
    },
  ],
  leading: [LOGINS, INSTANCE_CPU, HASH_CPU],
  predictions: new Map([[LOGINS, { formula: '(n−1)/n for memory, 0 for the others', at: predictLogins }]]),
  answer(cells) {
    const instances = Math.max(...numbersOf(cells, 'instances'));
    const logins = estimateAt(cells, { strategy: 'memory', instances }, LOGINS);
    if (logins === undefined || instances < 2) return [];
    const hashing = estimateAt(cells, { strategy: 'memory', instances }, HASH_CPU);
    const cost =
      hashing === undefined ? '' : `, which takes ${estimateInWords(hashing, 'µs')} of CPU for password hashing`;
    return [
      `With ${instances} instances, a client that answers each 401 by logging in again needs ` +
        `${estimateInWords(logins, '')} logins per page view${cost}.`,
    ];
  },
  means(cells) {
    const counts = numbersOf(cells, 'instances');
    const last = counts.at(-1) ?? 1;
    return [
      ...counts.flatMap((instances) => describeLogins(cells, instances)),
      ...describeHashing(cells, last),
      ...describeOthers(cells),
    ];
  },
  misleads: [
    'A browser does not log in by itself at a 401. The client stands for users who type the password again, and for ' +
      'programs that do it without asking.',
    'The seed fixes in which order the users act, and with it the outcome. A run with the same seed repeats it and confirms ' +
      'nothing: give another one with --seed.',
    'The cost of one login is the cost of the password hash, and that is a setting. Softer or harder parameters move ' +
      'the CPU time in proportion; they do not move the number of logins.',
  ],
};
