import pMap from 'p-map';
import { type MeReply, ROUTES, SEED, STRATEGIES, type StrategyName } from '../../../services/contract.js';
import { BenchError } from '../../errors.js';
import type { ProtocolContext } from '../protocol.js';
import { ask, credentialOf } from '../tries.js';
import type { Battery } from './battery.js';

const USERS = 12;
/** Under way at once. */
const CONCURRENCY = 8;

/** What a credential tells whoever sees it and has no key: of what the instance knows by it, how much can be read in it. */
export const payloads: Battery = {
  requires: [],
  seconds: { setup: 0, sweep: 0.4 },
  async open(context) {
    const { cluster, strategies, signal } = context;
    // Who sends the password with each request hides nothing that could be read.
    const asked = strategies.filter((name) => STRATEGIES[name].credential !== 'password');
    const names = Array.from({ length: USERS }, (_, user) => `${SEED.userPrefix}${user + 1}`);
    return {
      async tryAll() {
        await cluster.serveWith(1);
        try {
          const counts: Record<string, number> = {};
          for (const strategy of asked) {
            const all = await pMap(names, (name) => lookAt(context, strategy, name), {
              concurrency: CONCURRENCY,
              signal,
            });
            const total = (count: keyof Seen) => all.reduce((sum, seen) => sum + seen[count], 0);
            counts[`${strategy} credentials`] = all.length;
            counts[`${strategy} facts`] = total('facts');
            counts[`${strategy} readable facts`] = total('facts') - total('unreadable');
            counts[`${strategy} unreadable facts`] = total('unreadable');
            counts[`${strategy} readable members`] = total('members');
          }
          return { cases: [], counts };
        } finally {
          await cluster.serveWith(cluster.instances);
        }
      },
      close: async () => {},
    };
  },
};

interface Seen {
  /** What the instance answers to who the user is: id, name and role. */
  readonly facts: number;
  /** Of these. */
  readonly unreadable: number;
  readonly members: number;
}

async function lookAt({ cluster, pool }: ProtocolContext, strategy: StrategyName, username: string): Promise<Seen> {
  const { url: origin, benchToken, demoPassword } = cluster;
  const headers = await credentialOf({ dispatcher: pool, origin, benchToken, demoPassword }, strategy, username);
  const { status, body } = await ask(pool, { method: 'GET', url: `${origin}/${strategy}${ROUTES.me}`, headers });
  if (status !== 200)
    throw new BenchError('REQUEST_FAILED', `A good credential of ${strategy} was answered with ${status}.`);
  const facts = Object.values((JSON.parse(body) as MeReply).user).map(String);
  const read = readWithoutKey(Object.values(headers).join(' '));
  const unreadable = facts.filter((fact) => !read.includes(fact)).length;
  return { facts: facts.length, unreadable, members: read.length };
}

/** Between what is encoded: words, parts of a cookie, parts of a token. */
const SEPARATORS = /[\s=;.]+/;

/** The values of all members that are written in a credential as JSON in base64url. The header of a token, which has `alg`, tells nothing of a user. */
export function readWithoutKey(credential: string): string[] {
  return credential.split(SEPARATORS).flatMap((part) => {
    const members = parse(Buffer.from(part, 'base64url').toString());
    return 'alg' in members ? [] : Object.values(members).map(String);
  });
}

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
