import { cpuMicrosPerRequest } from '../metrics/demands.js';
import { hashCpuMicros, requestsPerHash, unchecked } from '../metrics/logins.js';
import { loginCpuMicros } from '../metrics/visits.js';
import type { Claim } from './claim.js';
import { LOGINS, REQUEST_COST } from './measurements.js';
import { above, all } from './rules.js';

const DOMINATES_FROM = 100;

export const loginDominates: Claim = {
  id: 'login-dominates',
  group: 'Reach',
  statement: 'Password hashing dwarfs all this',
  ask() {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const hash = hashCpuMicros(LOGINS, at('jwt'));
    const request = (strategy: string) => cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy));
    const requests = (strategy: string) => requestsPerHash(hash, request(strategy));
    const rest = loginCpuMicros(LOGINS, unchecked(at('jwt')));
    return {
      rule: all(['redis', 'jwt'].map((strategy) => above(requests(strategy), DOMINATES_FROM))),
      shows: [hash, rest, loginCpuMicros(LOGINS, at('jwt')), ...['redis', 'jwt'].map(request)],
      finding: (words) =>
        `One password check takes an instance the CPU of ${words(requests('redis'))} with a session in Redis, of ${words(requests('jwt'))} with a token.`,
      beside: (words) =>
        `Of a login the check takes ${words(hash)}, all the rest ${words(rest)}; a request takes ${words(request('redis'))} or ${words(request('jwt'))}.`,
    };
  },
  misleads: [
    'The cost of a password hash is chosen: here Argon2id with the memory and time that an instance is set up with.',
    'Requests are measured 32 at a time, which is when they cost least. Alone, one with a token costs half as much again, one with a session in Redis three times as much (docs/turn-of-the-ranking.md).',
    'Checks and requests are measured apart: a check among a dozen logins after a pause, requests when code is warm. A check can come out dearer than a whole request with a password, of which many come in a row.',
    'What the store spends on a session is left out: the instance alone is compared.',
    'Whoever signs in once a month and clicks a thousand times spends as much on clicks as on the login.',
  ],
};
