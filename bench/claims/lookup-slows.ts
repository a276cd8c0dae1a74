import { cpuMicrosPerRequest, populationCpuRatio } from '../metrics/demands.js';
import type { Claim } from './claim.js';
import { REQUEST_COST } from './measurements.js';
import { bands } from './rules.js';

const FEW = 1_000;
const MANY = 100_000;
const MOST = 1_000_000;

export const lookupSlows: Claim = {
  id: 'lookup-slows',
  group: 'Memory and lookups',
  statement: 'More logged-in users make each lookup slower',
  ask() {
    const at = (strategy: string, sessions: number) => ({
      strategy,
      instances: 1,
      straight: true,
      connections: REQUEST_COST.settings.connections,
      sessions,
    });
    const times = (strategy: string, sessions = MANY) =>
      populationCpuRatio(REQUEST_COST, at(strategy, sessions), at(strategy, FEW));
    const cost = (strategy: string, sessions: number) =>
      cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy, sessions));
    const store = (sessions: number) => cpuMicrosPerRequest('store', REQUEST_COST, at('redis', sessions));
    return {
      rule: bands(times('memory'), { falseBelow: 1.1, trueAbove: 1.25 }),
      shows: [
        times('redis'),
        ...['memory', 'redis'].flatMap((strategy) => [FEW, MANY].map((sessions) => cost(strategy, sessions))),
        store(FEW),
        store(MANY),
        times('memory', MOST),
        times('redis', MOST),
      ],
      finding: (words) =>
        `With a hundred times as many sessions in its memory an instance takes ${words(times('memory'))} the CPU for a request.`,
      beside: [
        (words) => `Where the sessions are in Redis, instance and Redis together take ${words(times('redis'))}.`,
        (words) =>
          `With a million, a thousand times as many, it is ${words(times('memory', MOST))} in memory and ${words(times('redis', MOST))} in Redis.`,
      ],
    };
  },
  predictions: [{ metric: 'populationCpuRatio', formula: '1: a table of hashes', at: () => 1, within: () => 0.1 }],
  misleads: [
    'The verdict is on a hundred times as many. A thousand times as many are shown beside, where there was time and memory for them, and can say otherwise.',
    'Requests come from 1,000 users spread over all sessions, so that what they need stays in the caches of the processor. With all users active it would not.',
    'Nobody signs in or out meanwhile: then more sessions mean more work for the collector of garbage.',
  ],
};
