import { cpuMicrosPerRequest, cpuRatio, serverCpuMicrosPerRequest } from '../metrics/demands.js';
import type { Claim } from './claim.js';
import { REQUEST_COST } from './measurements.js';
import { above, all } from './rules.js';

const DEARER_FROM = 10;

export const passwordEachRequest: Claim = {
  id: 'password-each-request',
  group: 'Security',
  statement: 'Sending the password each time is inefficient',
  ask() {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const times = (strategy: string) => cpuRatio(REQUEST_COST, at('basic'), at(strategy));
    const cost = (strategy: string) => cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy));
    return {
      rule: all(['redis', 'jwt'].map((strategy) => above(times(strategy), DEARER_FROM))),
      shows: [serverCpuMicrosPerRequest(REQUEST_COST, at('basic')), ...['basic', 'redis', 'jwt'].map(cost)],
      finding: (words) =>
        `A request with a password takes instance and store ${words(times('redis'))} the CPU of one with a session in Redis and ${words(times('jwt'))} that of one with a token.`,
      beside: (words) =>
        `An instance spends ${words(cost('basic'))} on a request with a password, ${words(cost('redis'))} and ${words(cost('jwt'))} on the others.`,
    };
  },
  misleads: [
    'The cost of a password hash is chosen: here Argon2id with the memory and time that an instance is set up with. A weaker hash is cheaper, for an attacker as well.',
    'A server that remembers which passwords it has checked is as fast as one with sessions: it has sessions, then.',
    'A round has some fifty requests with a password. What a check costs among logins is measured apart, and can differ by a tenth.',
  ],
};
