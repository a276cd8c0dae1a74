import { countRatio } from '../metrics/battery-cases.js';
import { claimsCpuRatio, cpuMicrosPerRequest } from '../metrics/demands.js';
import { recognisedRps, requestBytes } from '../metrics/saturation.js';
import type { Claim } from './claim.js';
import { HEAD_LIMITS, REQUEST_COST } from './measurements.js';
import { above, all } from './rules.js';

const DECIDING_BYTES = 4096;
/** The largest becomes a token of 14 KB: the balancer refuses a head of 15 KiB, an instance one of 16. */
const OTHER_BYTES = [1024, 10_240, 2048, 8192] as const;
const DEARER_FROM = 1.1;

const HOPS = ['balancer', 'instance'] as const;
type Hop = (typeof HOPS)[number];

const counted = (hop: Hop, metric: string, label: string, unit: string, of: string) =>
  countRatio({ metric, label, unit, of: `${hop} ${of}`, by: `${hop} searches`, times: 1 }, HEAD_LIMITS, {
    strategy: 'jwt',
    hop,
  });
const largest = (hop: Hop) =>
  counted(hop, 'largestTokenBytes', 'largest token that is accepted', 'bytes', 'largest token bytes');
const refusal = (hop: Hop) =>
  counted(hop, 'refusedWith', 'status that a larger one is refused with', '', 'refused with');

export const fatToken: Claim = {
  id: 'fat-token',
  group: 'Bytes',
  statement: 'Too much in a token slows requests',
  ask() {
    const usual = { strategy: 'jwt', instances: 1 };
    const fat = (claimsBytes: number) => ({ ...usual, claimsBytes });
    const times = (claimsBytes: number) => claimsCpuRatio(REQUEST_COST, fat(claimsBytes), usual);
    const costs = (factors: typeof usual) => [
      cpuMicrosPerRequest('instance', REQUEST_COST, factors),
      cpuMicrosPerRequest('balancer', REQUEST_COST, factors),
      recognisedRps(REQUEST_COST, factors),
      requestBytes(REQUEST_COST, factors),
    ];
    const rps = (factors: typeof usual) => recognisedRps(REQUEST_COST, factors);
    return {
      rule: all([above(times(DECIDING_BYTES), DEARER_FROM)]),
      shows: [
        ...HOPS.flatMap((hop) => [largest(hop), refusal(hop)]),
        ...costs(usual),
        ...costs(fat(DECIDING_BYTES)),
        ...OTHER_BYTES.flatMap((bytes) => [times(bytes), ...costs(fat(bytes))]),
      ],
      finding: (words) =>
        `With ${DECIDING_BYTES / 1024} KiB more of claims in its token a request takes ${words(times(DECIDING_BYTES))} the CPU of the instance.`,
      beside: (words) =>
        `Through the balancer ${words(rps(fat(DECIDING_BYTES)))} are served with it, ${words(rps(usual))} without. ` +
        `The balancer lets a token of ${words(largest('balancer'))} through and refuses a larger one with ${words(refusal('balancer'))}, ` +
        `an instance one of ${words(largest('instance'))} and ${words(refusal('instance'))}.`,
    };
  },
  misleads: [
    'Slower is dearer here: CPU decides, and not how long a single request takes.',
    'Claims are short permissions in a list, signed with the algorithm that the cluster is set up with. A list of objects takes longer to read, ES256 longer to check whatever the size.',
    'On loopback bytes cost no time on the way. Over a mobile network some kilobytes with each request cost more than all CPU here.',
    'Instance, balancer and load share this machine: throughput is that of all three.',
  ],
};
