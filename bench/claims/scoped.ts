import { otherwiseRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { ELSEWHERE } from './measurements.js';

/** Of each kind, at an instance and at a second service together. */
const LEAST = 100;

const READ_ONLY = { strategy: 'jwt', scope: 'read' };
const writes = otherwiseRatio(
  { metric: 'writesAcceptedRatio', label: 'writes accepted', expected: 'refused' },
  ELSEWHERE,
  READ_ONLY,
);
const reads = otherwiseRatio(
  { metric: 'readsRefusedRatio', label: 'reads refused', expected: 'accepted' },
  ELSEWHERE,
  READ_ONLY,
);
/** Where these are refused as well, that writes are refused says nothing of the scope. */
const whole = otherwiseRatio(
  { metric: 'requestsRefusedRatio', label: 'reads and writes refused', expected: 'accepted' },
  ELSEWHERE,
  { strategy: 'jwt', scope: 'all' },
);

export const scoped: Claim = {
  id: 'scoped',
  group: 'Reach',
  statement: 'A token can carry less than full authority',
  ask: () => ({
    rule: never(
      [
        { name: 'a token for reading', quantity: writes },
        { name: 'a token for reading', quantity: reads },
        { name: 'a token for all', quantity: whole },
      ],
      { least: LEAST },
    ),
    finding: (words) =>
      `Of the writes by a token for reading ${words(writes)} are accepted, of its reads ${words(reads)} refused. With a token for all ${words(whole)} are refused.`,
  }),
  misleads: [
    'One read and one write at each of two services, by the same 20 users in every round. Other routes were not asked.',
    'Each service has to ask for the scope itself: a token says what it is for and prevents nothing.',
    'One scope that divides reads from writes, by the method of the request. A session could note the same beside the user.',
  ],
};
