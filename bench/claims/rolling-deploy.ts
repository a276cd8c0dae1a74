import { failedRatio, loggedOutUsersRatio } from '../metrics/timeline.js';
import { comparedOf, endsWithInstance } from '../strategies.js';
import { joinWords } from '../words/text.js';
import type { Claim } from './claim.js';
import { EVENTS } from './measurements.js';
import { above, which } from './rules.js';

const STRATEGIES = ['memory', 'sticky', 'redis', 'jwt'] as const;
const EVENT = { drained: 'rolling restart, drained', killed: 'rolling restart, killed' } as const;

export const rollingDeploy: Claim = {
  id: 'rolling-deploy',
  group: 'Faults',
  statement: 'Deploying logs people out',
  ask(scope) {
    const instances = Math.max(2, ...scope.instances);
    const lost = (event: string, strategy: string) => loggedOutUsersRatio(EVENTS, { event, instances, strategy });
    const others = comparedOf(scope.strategies).filter((name) => !STRATEGIES.some((usual) => usual === name));
    const cases = Object.entries(EVENT).flatMap(([how, event]) =>
      STRATEGIES.map((strategy) => ({ name: `${strategy} ${how}`, test: above(lost(event, strategy), 0.1) })),
    );
    return {
      rule: which(cases, { passing: 'people are logged out' }),
      shows: Object.values(EVENT).flatMap((event) => [
        ...others.map((strategy) => lost(event, strategy)),
        ...[...STRATEGIES, ...others].map((strategy) => failedRatio(EVENTS, { event, instances, strategy })),
      ]),
      finding: (words) =>
        `Restarting ${instances} instances in turn, each drained first, logs out ${STRATEGIES.map((strategy) => `${words(lost(EVENT.drained, strategy))} with ${strategy}`).join(', ')}.`,
      ...(others.length > 0 && {
        beside: (words) =>
          `It logs out ${joinWords(others.map((strategy) => `${words(lost(EVENT.drained, strategy))} with ${strategy}`))}.`,
      }),
    };
  },
  predictions: [
    {
      metric: 'loggedOutRatio',
      formula: '1 where sessions are in the memory of the instances, else 0',
      at: ({ strategy }) => (endsWithInstance(strategy) ? 1 : 0),
      within: () => 0.1,
    },
  ],
  misleads: [
    'Draining here waits for requests, not for sessions: one that waited until the last session has ended would log nobody out, and take as long as a session lives.',
    'The store is not restarted. Tokens go on because the keys stay the same.',
  ],
};
