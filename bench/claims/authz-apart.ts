import type { Factors } from '../contract.js';
import { otherwiseRatio } from '../metrics/battery-cases.js';
import type { Claim } from './claim.js';
import { never } from './counted.js';
import { AUTHORIZATION } from './measurements.js';

/** Of each strategy: every cell of the matrix in each of the least rounds. */
const LEAST = 100;

const otherwise = (factors: Factors) =>
  otherwiseRatio({ metric: 'otherwiseRatio', label: 'answers against the matrix' }, AUTHORIZATION, factors);
const overall = otherwise({ over: 'all strategies' });

export const authzApart: Claim = {
  id: 'authz-apart',
  group: 'Logout and authority',
  statement: 'Authentication is not authorization',
  ask: ({ strategies }) => ({
    rule: never(
      strategies.map((strategy) => ({ name: strategy, quantity: otherwise({ strategy }) })),
      { least: LEAST },
    ),
    shows: [overall],
    finding: (words) =>
      `However a user signs in, the same rules say what he may do: ${words(overall)} of the answers are against them.`,
  }),
  misleads: [
    'Every round asks the same 36 questions of each strategy. The interval says how rarely an answer changes, not how routes fare that were not asked.',
    'The matrix is that of this project: an author, a stranger, an admin and nobody, at posts, users and roles. In an application in which one route forgets to ask, whoever is signed in may do it, however he signed in.',
    'A role that was taken from a user goes on in what he was given before: that is another claim.',
  ],
};
