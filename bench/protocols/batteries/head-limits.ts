import { Agent } from 'undici';
import { ROUTES, SEED } from '../../../services/contract.js';
import type { Cluster } from '../../cluster/cluster.js';
import { BenchError } from '../../errors.js';
import { type Hop, largestTokenOf, nextLargerOf } from '../../metrics/head-limits.js';
import { BYTES_PER_CLAIM, withMoreClaims } from '../padded-tokens.js';
import { ask, credentialOf } from '../tries.js';
import { answeredOnce } from './answers.js';
import type { Battery, Tried } from './battery.js';

const STRATEGY = 'jwt';
/** A token of 44 KB. Of one that does not come in one piece the refusal may be lost: the server closes while it is still being sent. */
const MOST_CLAIMS = 2048;
/** A token that nobody answers, or with an error, is presented anew. */
const ATTEMPTS = 3;

/** The largest token that is accepted through the balancer and past it, by bisection, and who refuses the next larger one with what. */
export const headLimits: Battery = {
  requires: [],
  seconds: { setup: 0, sweep: 0.1 },
  async open({ cluster, signal }) {
    const dispatcher = new Agent({ connections: 1 });
    return {
      async tryAll() {
        await cluster.serveWith(1);
        try {
          const door = { ...doorOf(cluster), dispatcher };
          const { authorization = '' } = await credentialOf(door, STRATEGY, `${SEED.userPrefix}1`);
          const issued = authorization.replace('Bearer ', '');
          const tried: Tried[] = [];
          for (const { hop, origin } of hopsOf(cluster)) {
            const present = async (claims: number): Promise<Presented> => {
              signal.throwIfAborted();
              const token = await withMoreClaims(issued, BYTES_PER_CLAIM * claims, cluster);
              return { claims, bytes: token.length, ...(await answerTo(token, origin, dispatcher)) };
            };
            tried.push(await findLimit(hop, present));
          }
          return {
            cases: tried.flatMap(({ cases }) => cases),
            counts: Object.assign({}, ...tried.map((t) => t.counts)),
          };
        } finally {
          await cluster.serveWith(cluster.instances);
        }
      },
      close: () => dispatcher.destroy(),
    };
  },
};

const doorOf = ({ url: origin, benchToken, demoPassword }: Cluster) => ({ origin, benchToken, demoPassword });

function hopsOf({ url, straightUrl }: Cluster): { readonly hop: Hop; readonly origin: string }[] {
  const past = straightUrl === null ? [] : [{ hop: 'instance' as const, origin: straightUrl }];
  return [{ hop: 'balancer', origin: url }, ...past];
}

interface Answered {
  readonly status: number;
  /** That answered; null where it was the balancer. */
  readonly instance: string | null;
}

interface Presented extends Answered {
  readonly claims: number;
  readonly bytes: number;
}

/** Of a limit that is another hop's there is no refusal. */
async function findLimit(hop: Hop, present: (claims: number) => Promise<Presented>): Promise<Tried> {
  let [largest, next] = [await present(0), await present(MOST_CLAIMS)];
  if (largest.status !== 200)
    throw new BenchError('REQUEST_FAILED', `A good token was answered with ${largest.status}, asked for by ${hop}.`);
  while (next.status !== 200 && next.claims - largest.claims > 1) {
    const between = await present(Math.floor((largest.claims + next.claims) / 2));
    if (between.status === 200) largest = between;
    else next = between;
  }
  const isOfHop = next.status !== 200 && (next.instance === null) === (hop === 'balancer');
  const refusal = { strategy: STRATEGY, name: nextLargerOf(hop), expected: 'refused' } as const;
  return {
    cases: isOfHop ? [{ ...refusal, answers: answeredOnce(next.status) }] : [],
    counts: { [largestTokenOf(hop)]: next.status === 200 ? next.bytes : largest.bytes },
  };
}

async function answerTo(token: string, origin: string, dispatcher: Agent): Promise<Answered> {
  const url = `${origin}/${STRATEGY}${ROUTES.me}`;
  let status = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await ask(dispatcher, { method: 'GET', url, headers: { authorization: `Bearer ${token}` } });
    if (answer.status >= 200 && answer.status < 500) return answer;
    status = answer.status;
  }
  throw new BenchError('REQUEST_FAILED', `A token of ${token.length} bytes was answered with ${status} at ${origin}.`);
}
