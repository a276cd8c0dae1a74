import { Agent, type Dispatcher } from 'undici';
import { ROUTES, SEED } from '../../../services/contract.js';
import { BenchError } from '../../errors.js';
import { withMoreClaims } from '../padded-tokens.js';
import type { ProtocolContext } from '../protocol.js';
import { ask, credentialOf } from '../tries.js';
import type { Battery } from './battery.js';

/** More claims in bytes: with the first every hop accepts the token, with the last none does. */
const SMALLEST = 4_096;
const LARGEST = 32_768;
/** What one claim more adds, so that nothing between is missed. */
const STEP = 16;

const BEARER = 'Bearer ';

/** The largest token that each hop lets through, by bisection, and what the next larger one is answered with. */
export const headLimits: Battery = {
  requires: [],
  seconds: { setup: 0, sweep: 0.3 },
  async open(context) {
    const { cluster } = context;
    const agent = new Agent();
    const hops = { balancer: cluster.url, ...(cluster.straightUrl !== null && { instance: cluster.straightUrl }) };
    return {
      async tryAll() {
        const { url: origin, benchToken, demoPassword } = cluster;
        const username = `${SEED.userPrefix}1`;
        const { authorization = '' } = await credentialOf(
          { dispatcher: agent, origin, benchToken, demoPassword },
          'jwt',
          username,
        );
        const token = authorization.slice(BEARER.length);
        const counts: Record<string, number> = {};
        for (const [hop, url] of Object.entries(hops)) {
          const { largestBytes, refusedWith } = await searchLimit(context, { agent, url, token });
          counts[`${hop} searches`] = 1;
          counts[`${hop} largest token bytes`] = largestBytes;
          counts[`${hop} refused with`] = refusedWith;
        }
        return { cases: [], counts };
      },
      close: () => agent.destroy(),
    };
  },
};

interface Asking {
  readonly agent: Dispatcher;
  /** Origin of the hop. */
  readonly url: string;
  readonly token: string;
}

interface Limit {
  /** Of the largest token that was accepted. */
  readonly largestBytes: number;
  readonly refusedWith: number;
}

/** @throws BenchError REQUEST_FAILED where the smallest is refused, or the largest is not */
async function searchLimit({ cluster, signal }: ProtocolContext, { agent, url, token }: Asking): Promise<Limit> {
  const tryWith = async (claimsBytes: number) => {
    signal.throwIfAborted();
    const padded = await withMoreClaims(token, claimsBytes, cluster);
    const headers = { authorization: BEARER + padded };
    const { status } = await ask(agent, { method: 'GET', url: `${url}/jwt${ROUTES.me}`, headers });
    return { bytes: padded.length, status };
  };
  let [accepted, refused] = [SMALLEST, LARGEST];
  let [largest, smallest] = [await tryWith(accepted), await tryWith(refused)];
  if (largest.status !== 200 || smallest.status === 200) {
    const found = `${largest.status} and ${smallest.status}`;
    throw new BenchError(
      'REQUEST_FAILED',
      `Tokens of ${largest.bytes} and ${smallest.bytes} bytes were answered with ${found}.`,
    );
  }
  while (refused - accepted > STEP) {
    const between = Math.round((accepted + refused) / 2 / STEP) * STEP;
    const tried = await tryWith(between);
    if (tried.status === 200) [accepted, largest] = [between, tried];
    else [refused, smallest] = [between, tried];
  }
  return { largestBytes: largest.bytes, refusedWith: smallest.status };
}
