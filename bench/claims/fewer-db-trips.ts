import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import { cpuMicrosPerRequest, serverCpuMicrosPerRequest } from '../metrics/demands.js';
import { databaseTripsSaved, tripsPerRequest } from '../metrics/saturation.js';
import type { Claim, Prediction } from './claim.js';
import { REQUEST_COST } from './measurements.js';
import { above, which } from './rules.js';

/** What an instance asks on its own, such as whether the database is there, makes no difference. */
const FEWER_FROM = 0.01;

/** By what each strategy claims about itself. */
const predicted = (to: 'store' | 'database'): Prediction => ({
  metric: `${to}TripsPerRequest`,
  formula: 'one for what the credential does not hold',
  at: ({ strategy }) => STRATEGIES[strategy as StrategyName]?.[`${to}TripsPerRead`],
  within: () => 0.01,
});

export const fewerDbTrips: Claim = {
  id: 'fewer-db-trips',
  group: 'Memory and lookups',
  statement: 'Tokens save database trips',
  ask({ strategies }) {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const saved = (session: string) => databaseTripsSaved(REQUEST_COST, at('jwt'), at(session));
    const trips = (to: 'store' | 'database', strategy: string) => tripsPerRequest(to, REQUEST_COST, at(strategy));
    const asking = strategies.filter((strategy) => STRATEGIES[strategy].databaseTripsPerRead > 0);
    const all = [...new Set<StrategyName>(['redis', 'redis-id', 'jwt', ...asking])];
    return {
      rule: which(
        [
          { name: 'a session that holds the profile', test: above(saved('redis'), FEWER_FROM) },
          { name: "a session that holds the user's id alone", test: above(saved('redis-id'), FEWER_FROM) },
        ],
        { passing: 'a token saves trips compared' },
      ),
      shows: [
        serverCpuMicrosPerRequest(REQUEST_COST, at('redis-id')),
        ...all.map((strategy) => trips('database', strategy)),
        ...all.map((strategy) => trips('store', strategy)),
        ...all.map((strategy) => cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy))),
      ],
      finding: (words) =>
        `Trips to the database that a token saves for each request: ${words(saved('redis-id'))} where a session holds the user's id alone, ` +
        `${words(saved('redis'))} where it holds the profile.`,
    };
  },
  predictions: [predicted('database'), predicted('store')],
  misleads: [
    'Only trips for authentication are counted: what a page itself reads from the database is the same with each.',
    'What saves the trip makes the profile stale, in a session as in a token: whoever was demoted keeps his role until it is written again.',
  ],
};
