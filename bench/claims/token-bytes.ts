import { BASELINE } from '../../services/contract.js';
import {
  cpuMicrosPerRequest,
  cpuRatio,
  instanceCpuRatioToNone,
  serverCpuMicrosPerRequest,
} from '../metrics/demands.js';
import { requestBytes, requestBytesRatio, responseBytes, tripsPerRequest } from '../metrics/saturation.js';
import { comparedOf } from '../strategies.js';
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
      serverCpuMicrosPerRequest(REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('instance', REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('balancer', REQUEST_COST, at(strategy)),
      cpuMicrosPerRequest('store', REQUEST_COST, at(strategy)),
      tripsPerRequest('store', REQUEST_COST, at(strategy)),
      tripsPerRequest('database', REQUEST_COST, at(strategy)),
      ...(strategy === BASELINE ? [] : [instanceCpuRatioToNone(REQUEST_COST, at(strategy), at(BASELINE))]),
    ];
    const straight = (strategy: string, connections: number) => ({ ...at(strategy), connections, straight: true });
    const redisByToken = (connections: number) =>
      cpuRatio(REQUEST_COST, straight('redis', connections), straight('jwt', connections));
    const curve = (connections: number, names: readonly string[]) =>
      names.flatMap((strategy) => [
        cpuMicrosPerRequest('instance', REQUEST_COST, straight(strategy, connections)),
        ...(strategy === 'redis' ? [cpuMicrosPerRequest('store', REQUEST_COST, straight(strategy, connections))] : []),
      ]);
    const others = comparedOf(strategies).filter((name) => ![...SESSIONS, 'jwt'].includes(name));
    const control = instanceCpuRatioToNone(REQUEST_COST, { ...at(BASELINE), control: true }, at(BASELINE));
    return {
      rule: all(SESSIONS.map((session) => above(ratio(session), 1))),
      // What the bytes cost: the page shows all that a request takes. What says most comes first, should there not be time for all.
      shows: [
        control,
        ...others.map((strategy) => serverCpuMicrosPerRequest(REQUEST_COST, at(strategy))),
        redisByToken(1),
        redisByToken(32),
        ...[1, 32].flatMap((connections) => curve(connections, ['redis', 'jwt'])),
        ...[BASELINE, ...comparedOf(strategies)].flatMap(costs),
        ...(strategies.includes('sticky') ? curve(32, ['sticky']) : []),
        redisByToken(8),
        redisByToken(128),
        ...[8, 128].flatMap((connections) => curve(connections, ['redis', 'jwt'])),
        ...[1, 8, 32, 128].flatMap((connections) => curve(connections, [BASELINE, 'memory'])),
      ],
      // The same reply twice: how far apart noise alone puts two costs. And what no other claim needs of those that are compared.
      alwaysShown: 1 + others.length,
      finding: (words) =>
        `A request with a token has ${words(ratio('memory'))} the bytes of one with a session cookie.`,
      beside: (words) =>
        `It has ${words(bytes('jwt'))}, the other ${words(bytes('memory'))}. Straight at an instance a session in Redis costs ` +
        `${words(redisByToken(1))} the CPU of a token with one request at a time, ${words(redisByToken(32))} with 32.`,
    };
  },
  misleads: [
    'The token holds what this project puts into it: id, name and role. More claims make it longer.',
    'Sessions run on a plugin, tokens on hand-written code: by a profile made once (services/README.md) the plugin had 9 % of the CPU of an instance that serves sessions from memory.',
    'On a network the bytes of a header compressed by HTTP/2 are fewer; here they go over HTTP/1.1 as they are.',
  ],
};
