import { STRATEGIES } from '../../services/contract.js';
import type { Factors } from '../contract.js';
import { otherwiseRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { FORGERIES } from './measurements.js';

/** Of each strategy. */
const LEAST = 300;

const accepted = (factors: Factors) =>
  otherwiseRatio(
    { metric: 'forgeriesAcceptedRatio', label: 'forgeries accepted', expected: 'refused' },
    FORGERIES,
    factors,
  );
const overall = accepted({ over: 'all strategies' });

export const tamperDetected: Claim = {
  id: 'tamper-detected',
  group: 'Security',
  statement: 'Tampering is detected',
  ask({ strategies }) {
    // A password that is sent each time is signed by nobody.
    const tried = strategies.filter((strategy) => STRATEGIES[strategy].credential !== 'password');
    return {
      rule: never(
        tried.map((strategy) => ({ name: strategy, quantity: accepted({ strategy }) })),
        { least: LEAST },
      ),
      shows: [overall],
      finding: (words) => `Of forged tokens and cookies ${words(overall)} are accepted.`,
    };
  },
  misleads: [
    'Tokens of two algorithms are tried: the one that the cluster is set up with, and HS256 or ES256 beside it. The others are not.',
    'A forgery that makes a server fail is neither accepted nor refused, and is left out.',
    'The forgeries are those that the authors know of. That none of them is accepted does not show that none would be: the interval is about the same ones tried again.',
    'Whoever has stolen a credential, or the key that signs them, forges nothing.',
  ],
};
