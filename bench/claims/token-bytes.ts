import { BASELINE } from '../../services/contract.js';
import { cpuMicrosPerRequest, instanceCpuRatioToNone } from '../metrics/demands.js';
import { requestBytes, requestBytesRatio, responseBytes, tripsPerRequest } from '../metrics/saturation.js';
import type { Claim } from './claim.js';
import { REQUEST_COST } from './measurements.js';
import { above, all } from './rules.js';

const SESSIONS = ['memory', 'redis'] as const;

export const tokenBytes: Claim = {
  id: 'token-bytes',
  group: 'Bytes',
  statement: 'A token is bigger than a session id',
  ask({ strategies }) {
    const at = (strategy: string) => ({ strategy, instances: 1 });
    const ratio = (session: string) => requestBytesRatio(REQUEST_COST, at('jwt'), at(session));
    const bytes = (strategy: string) => requestBytes(REQUEST_COST, at(strategy));
    const costs = (strategy: string) => [
      bytes(strategy),
      responseBytes(REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('balancer', REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('store', REQUEST_COST, at(strategy)),
      tripsPerRequest('store', REQUEST_COST, at(strategy)),
      tripsPerRequest('database', REQUEST_COST, at(strategy)),
      ...(strategy === BASELINE ? [] : [instanceCpuRatioToNone(REQUEST_COST, at(strategy), at(BASELINE))]),
    ];
    return {
      rule: all(SESSIONS.map((session) => above(ratio(session), 1))),
      // What the bytes cost: the page shows all that a request takes.
      shows: [
        ...[BASELINE, ...strategies].flatMap(costs),
        instanceCpuRatioToNone(REQUEST_COST, { ...at(BASELINE), control: true }, at(BASELINE)),
      ],
      finding: (words) =>
        `A request with a token has ${words(ratio('memory'))} the bytes of one with a session cookie.`,
      beside: (words) => `It has ${words(bytes('jwt'))}, the other ${words(bytes('memory'))}.`,
    };
  },
  misleads: [
    'The token holds what this project puts into it: id, name and role. More claims make it longer.',
    'On a network the bytes of a header compressed by HTTP/2 are fewer; here they go over HTTP/1.1 as they are.',
  ],
};
