import { recognisedRatio } from '../metrics/visits.js';
import { type Claim, several } from './claim.js';
import { PAGES } from './measurements.js';
import { all, below } from './rules.js';

export const mismatch: Claim = {
  id: 'mismatch',
  group: 'Mismatch and scaling out',
  statement: 'In-memory sessions behind round robin fail',
  ask(scope) {
    const share = (instances: number) => recognisedRatio(PAGES, { strategy: 'memory', instances });
    const most = Math.max(...scope.instances);
    return {
      rule: all(several(scope).map((instances) => below(share(instances), 0.9))),
      shows: scope.instances.map(share),
      finding: (words) =>
        `Behind round robin, ${most} instances with sessions in memory recognise ${words(share(most))} of requests.`,
    };
  },
  predictions: [
    {
      metric: 'recognisedRatio',
      formula: '1/n',
      at: ({ instances }) => 1 / Number(instances),
      within: ({ instances }) => Math.min(0.05, 0.2 / Number(instances)),
    },
  ],
  misleads: [
    'Users act in a new random order each time. One whose requests come in step with the round robin can fare better or worse.',
    'A client that keeps one connection to one instance, as without a balancer of requests, does not meet this.',
  ],
};
