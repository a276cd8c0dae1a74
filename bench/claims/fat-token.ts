import { MAX_HEADER_BYTES as BALANCER_HEADER_BYTES } from '../../balancer/contract.js';
import { MAX_HEADER_BYTES as INSTANCE_HEADER_BYTES } from '../../services/contract.js';
import { claimsCpuRatio, cpuMicrosPerRequest } from '../metrics/demands.js';
import { type Hop, largestTokenBytes, refusalStatus } from '../metrics/head-limits.js';
import { recognisedRps, requestBytes } from '../metrics/saturation.js';
import type { Claim } from './claim.js';
import { HEAD_LIMITS, REQUEST_COST } from './measurements.js';
import { above, all } from './rules.js';

const DECIDING_BYTES = 4096;
/** The largest becomes a token of 14 KB: the balancer refuses a head of 15 KiB, an instance one of 16. */
const OTHER_BYTES = [1024, 10_240, 2048, 8192] as const;
const DEARER_FROM = 1.1;
const LIMITS: Readonly<Record<Hop, number>> = { balancer: BALANCER_HEADER_BYTES, instance: INSTANCE_HEADER_BYTES };
/** What else a head holds: its target, other headers, and by how much one token is larger than the next. */
const HEAD_BESIDE_BYTES = 256;
const TOO_LARGE = 431;

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
    const at = (hop: Hop) => ({ strategy: usual.strategy, hop });
    const largest = (hop: Hop) => largestTokenBytes(HEAD_LIMITS, at(hop));
    const refusal = (hop: Hop) => refusalStatus(HEAD_LIMITS, at(hop));
    const rps = (factors: typeof usual) => recognisedRps(REQUEST_COST, factors);
    return {
      rule: all([above(times(DECIDING_BYTES), DEARER_FROM)]),
      shows: [
        ...(Object.keys(LIMITS) as Hop[]).flatMap((hop) => [largest(hop), refusal(hop)]),
        ...costs(usual),
        ...costs(fat(DECIDING_BYTES)),
        ...OTHER_BYTES.flatMap((bytes) => [times(bytes), ...costs(fat(bytes))]),
      ],
      finding: (words) =>
        `With ${DECIDING_BYTES / 1024} KiB more of claims in its token a request takes ${words(times(DECIDING_BYTES))} the CPU of the instance.`,
      beside: [
        (words) =>
          `Through the balancer ${words(rps(fat(DECIDING_BYTES)))} are served with it, ${words(rps(usual))} without.`,
        (words) =>
          `The largest token that is accepted has ${words(largest('balancer'))} through the balancer and ${words(largest('instance'))} straight at an instance; the next larger one is answered with ${words(refusal('balancer'))} and ${words(refusal('instance'))}.`,
      ],
    };
  },
  predictions: [
    {
      metric: 'largestTokenBytes',
      formula: 'what its hop accepts of a head, less what else is in it',
      at: ({ hop }) => LIMITS[hop as Hop],
      within: () => HEAD_BESIDE_BYTES,
    },
    {
      metric: 'refusalStatus',
      formula: `${TOO_LARGE} Request Header Fields Too Large (RFC 6585, section 5)`,
      at: () => TOO_LARGE,
      within: () => 0,
    },
  ],
  misleads: [
    'Slower is dearer here: CPU decides, and not how long a single request takes.',
    'Claims are short permissions in a list, signed with the algorithm that the cluster is set up with. A list of objects takes longer to read, ES256 longer to check whatever the size.',
    'The limit is that of a whole head: cookies and other headers leave less of it to a token. Limits are settings, and these are the usual ones of this balancer and of Node.js.',
    'On loopback bytes cost no time on the way. Over a mobile network some kilobytes with each request cost more than all CPU here.',
    'Instance, balancer and load share this machine: throughput is that of all three.',
  ],
};
