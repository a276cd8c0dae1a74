import { countRatio, otherwiseRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { atMost, never } from './counted.js';
import { jointly } from './joined.js';
import { ELSEWHERE } from './measurements.js';

/** While the issuer runs, and once it is gone. */
const LEAST = 300;
const CALLS_AT_MOST = 1;

const misjudged = (issuer: 'up' | 'gone') =>
  otherwiseRatio({ metric: 'misjudgedRatio', label: 'tokens misjudged by the service' }, ELSEWHERE, {
    strategy: 'jwt',
    issuer,
  });
const calls = countRatio(
  {
    metric: 'issuerCallsPerThousand',
    label: 'calls to the issuer',
    unit: 'times per 1,000 requests',
    of: 'jwksFetches',
    by: 'requests',
    times: 1000,
  },
  ELSEWHERE,
  { strategy: 'jwt' },
);

export const verifyAnywhere: Claim = {
  id: 'verify-anywhere',
  group: 'Reach',
  statement: 'A token works on any service',
  ask: () => ({
    rule: jointly([
      never(
        [
          { name: 'the issuer up', quantity: misjudged('up') },
          { name: 'the issuer gone', quantity: misjudged('gone') },
        ],
        { least: LEAST },
      ),
      atMost({ name: 'jwt', quantity: calls }, CALLS_AT_MOST),
    ]),
    finding: (words) =>
      `A service that has the public keys alone misjudges ${words(misjudged('up'))} of tokens while their issuer runs and ${words(misjudged('gone'))} once it is gone, and fetches its keys ${words(calls)}.`,
  }),
  predictions: [
    {
      metric: 'issuerCallsPerThousand',
      formula: 'near 0: keys are asked for once',
      at: () => 0,
      within: () => CALLS_AT_MOST,
    },
  ],
  misleads: [
    'Keys are asked for once by a service that has just started, so the calls per 1,000 requests are one by how many requests were made: with a tenth of them they would be ten times as many.',
    'It is one service, by the same authors and with the same library as the issuer. The same tokens of 20 users come again and again.',
    'The service learns nothing of a logout or of a user who was removed: it accepts a token until it expires.',
    'With a secret that both share (HS256) every service that verifies tokens could issue them as well.',
    'Keys are asked for again when they have been kept for some minutes, or when a token names one that is not known.',
  ],
};
