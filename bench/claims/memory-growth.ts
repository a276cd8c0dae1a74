import { STRATEGIES } from '../../services/contract.js';
import { bytesPerSession, usersPerGiB } from '../metrics/population.js';
import type { Claim } from './claim.js';
import { LARGE_POPULATION, POPULATION } from './measurements.js';
import { bands } from './rules.js';

const FILLS_BELOW = 100_000;
const NEVER_FILLS_ABOVE = 10_000_000;

export const memoryGrowth: Claim = {
  id: 'memory-growth',
  group: 'Memory and lookups',
  statement: "Logged-in users fill the server's memory",
  ask({ strategies }) {
    const copied = strategies.filter((strategy) => STRATEGIES[strategy].state === 'every instance');
    const at = (strategy: string) => ({ strategy });
    const users = usersPerGiB(POPULATION, at('memory'));
    const inInstance = (strategy: string) => bytesPerSession('instance', POPULATION, at(strategy));
    const inRedis = bytesPerSession('store', POPULATION, at('redis'));
    return {
      rule: bands(users, { trueBelow: FILLS_BELOW, falseAbove: NEVER_FILLS_ABOVE }),
      shows: [
        inInstance('memory'),
        inRedis,
        inInstance('jwt'),
        ...copied.map(inInstance),
        usersPerGiB(POPULATION, at('redis')),
        inInstance('redis'),
        bytesPerSession('instance', LARGE_POPULATION, at('memory')),
        bytesPerSession('store', LARGE_POPULATION, at('redis')),
      ],
      finding: (words) => `A GiB of an instance holds the sessions of ${words(users)}.`,
      beside: (words) =>
        `A session takes ${words(inInstance('memory'))} of the instance, or ${words(inRedis)} of Redis. A token takes ${words(inInstance('jwt'))}.`,
    };
  },
  predictions: [
    ...(['instance', 'store'] as const).map((holder) => ({
      metric: `${holder}BytesPerSession`,
      formula: 'linear: as many bytes each where there are ten times as many; none for a token',
      at: (
        factors: { readonly strategy?: unknown; readonly sessions?: unknown },
        of: Parameters<NonNullable<Claim['predictions']>[number]['at']>[1],
      ) => {
        const strategy = String(factors.strategy);
        if (factors.sessions === LARGE_POPULATION.settings.sessions)
          return of(bytesPerSession(holder, POPULATION, { strategy }));
        return strategy === 'jwt' ? 0 : undefined;
      },
      within: (_: unknown, predicted: number) => Math.max(10, 0.15 * predicted),
    })),
  ],
  misleads: [
    'A session here is some 60 bytes of JSON: user, role and times. One that holds a cart or a profile takes as much more as that is long.',
    'What is in use after a full collection is counted. A process has more: garbage not yet collected, and memory that it has not given back: the projection reckons with about twice as much.',
    'How many fill a GiB is extrapolated, from thousands of sessions to millions. Tables of hashes double when they are full, so from one size to the next a session takes a fifth more or less; the interval is about repetition alone.',
    'Each user is signed in once. Who never signs out and comes back every day has as many sessions as days, until they expire.',
  ],
};
