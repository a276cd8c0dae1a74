import {
  longestStaleMs,
  meshCpuMicrosPerLogin,
  messagesGrowth,
  messagesPerLogin,
  replicationBytesPerLogin,
  staleRatio,
} from '../metrics/replication.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { REPLICATION } from './measurements.js';
import { bands } from './rules.js';

const SIZES = [2, 4, 6] as const;
const [FEW, , MANY] = SIZES;

export const replicationCost: Claim = {
  id: 'replication-cost',
  group: 'Mismatch and scaling out',
  statement: 'All-to-all session replication does not scale',
  beside: ['replicated'],
  ask() {
    const at = (instances: number) => ({ strategy: 'replicated', instances });
    const shown = [replicationBytesPerLogin, meshCpuMicrosPerLogin, staleRatio, longestStaleMs];
    return {
      rule: bands(messagesGrowth(REPLICATION, at(MANY), at(FEW)), { falseBelow: 1.2, trueAbove: 2.5 }),
      shows: [
        ...SIZES.map((instances) => messagesPerLogin(REPLICATION, at(instances))),
        ...shown.flatMap((quantity) => [FEW, MANY].map((instances) => quantity(REPLICATION, at(instances)))),
      ],
      finding: (words) =>
        `A login takes ${joinWords([FEW, MANY].map((instances) => `${words(messagesPerLogin(REPLICATION, at(instances)))} with ${instances} instances`))}.`,
      beside: (words) =>
        `Right after its reply ${words(staleRatio(REPLICATION, at(MANY)))} of logins are not known to all of ${MANY} instances.`,
    };
  },
  predictions: [
    {
      metric: 'messagesPerLogin',
      formula: 'n − 1: each instance tells every other one',
      at: ({ instances }) => Number(instances) - 1,
      within: () => 0.05,
    },
    {
      metric: 'messagesGrowth',
      formula: '(n − 1) with most instances by (n − 1) with fewest',
      at: ({ instances, against }) => (Number(instances) - 1) / (Number(against) - 1),
      within: () => 0.05,
    },
  ],
  misleads: [
    'Messages of one login grow with n. As each instance also brings logins of its own, those of the whole cluster grow with n times n.',
    'All instances are on one machine: no message is late or lost on a network. On one, those that wait for each other wait longer.',
    'A login waits until the others have acknowledged it, 100 ms at most, so that a read after it is rarely stale. Replication that does not wait answers sooner, and is stale more often.',
    'Reading costs nothing here, and logins are rare: what people pay for is that each instance holds the sessions of all.',
    'The CPU is that of all instances while sessions begin, with what they spend on their own meanwhile.',
  ],
};
