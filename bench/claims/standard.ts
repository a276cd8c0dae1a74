import { JWT_ALGORITHMS } from '../../services/contract.js';
import type { Factors } from '../contract.js';
import { otherwiseRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { STANDARDS } from './measurements.js';

/** Of each algorithm, in both directions together. */
const LEAST = 100;

const misjudged = (factors: Factors) =>
  otherwiseRatio({ metric: 'misjudgedRatio', label: 'tokens of the one misjudged by the other' }, STANDARDS, {
    strategy: 'jwt',
    ...factors,
  });
const overall = misjudged({ over: 'all algorithms' });

export const standard: Claim = {
  id: 'standard',
  group: 'Reach',
  statement: 'JWT is a standard',
  ask: () => ({
    rule: never(
      JWT_ALGORITHMS.map((algorithm) => ({ name: algorithm, quantity: misjudged({ algorithm }) })),
      { least: LEAST },
    ),
    shows: [overall],
    finding: (words) =>
      `Two implementations that were written apart misjudge ${words(overall)} of each other's tokens, good and changed ones together.`,
  }),
  misleads: [
    'Each case is repeated with ten users and in every round. The interval says how rarely it fails by chance; what is not among the seven cases it does not cover.',
    'The two are jose, with which instances verify, and fast-jwt. Both come from one language and leave signatures to the OpenSSL of Node.js: they were written apart in what a token looks like, not in cryptography.',
    'What a token has to say is no part of the standard: the other implementation was told issuer, audience and type.',
  ],
};
