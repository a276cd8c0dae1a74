import { Agent, type Dispatcher } from 'undici';
import {
  type MeReply,
  type PostView,
  ROUTES,
  SEED,
  STRATEGIES,
  type StrategyName,
} from '../../../services/contract.js';
import type { Cluster } from '../../cluster/cluster.js';
import { BenchError } from '../../errors.js';
import type { ProtocolContext } from '../protocol.js';
import { type Asked, ask, credentialOf, type Try, tryEach } from '../tries.js';
import type { Battery } from './battery.js';

/** Who acts. All but nobody are signed in. */
const USERNAMES = {
  author: `${SEED.userPrefix}981`,
  stranger: `${SEED.userPrefix}982`,
  admin: SEED.adminName,
  nobody: null,
} as const;
type Actor = keyof typeof USERNAMES;
const ACTORS = Object.keys(USERNAMES) as Actor[];

/** Whose sessions an admin ends, and who gets the role that he has: nobody uses his sessions. */
const VICTIM = `${SEED.userPrefix}983`;
const ID = ':id';

interface Act extends Pick<Asked, 'method' | 'body'> {
  readonly name: string;
  readonly path: string;
  /** Its id is that of a post of his, made for this try; without an owner that of the victim. */
  readonly owner?: 'author' | 'admin';
  /** Who may: all others are refused. */
  readonly allowed: readonly Actor[];
}

const POST = `${ROUTES.posts}/${ID}`;
const TEXT = { title: 'Title', body: 'Body' };
const SIGNED_IN: readonly Actor[] = ['author', 'stranger', 'admin'];

const MATRIX: readonly Act[] = [
  { name: 'reads a post', method: 'GET', path: POST, owner: 'author', allowed: SIGNED_IN },
  { name: 'changes a post', method: 'PUT', path: POST, body: TEXT, owner: 'author', allowed: ['author', 'admin'] },
  { name: 'deletes a post', method: 'DELETE', path: POST, owner: 'author', allowed: ['author', 'admin'] },
  { name: 'reads a post of an admin', method: 'GET', path: POST, owner: 'admin', allowed: SIGNED_IN },
  { name: 'changes a post of an admin', method: 'PUT', path: POST, body: TEXT, owner: 'admin', allowed: ['admin'] },
  { name: 'deletes a post of an admin', method: 'DELETE', path: POST, owner: 'admin', allowed: ['admin'] },
  { name: 'lists the users', method: 'GET', path: ROUTES.adminUsers, allowed: ['admin'] },
  { name: 'ends the sessions of a user', method: 'POST', path: ROUTES.revokeUser, allowed: ['admin'] },
  { name: 'sets the role of a user', method: 'PUT', path: ROUTES.userRole, body: { role: 'user' }, allowed: ['admin'] },
];

/** Who may do what: everyone tries everything, with every strategy. */
export const authorization: Battery = {
  requires: ['a database of its own'],
  seconds: { setup: 0, sweep: 1.4 },
  async open(context) {
    const { cluster, strategies, signal } = context;
    const dispatcher = new Agent({ connections: 16 });
    return {
      async tryAll() {
        // Of several instances all but one would not know a session in memory.
        await cluster.serveWith(1);
        try {
          const authors = await authorsOf(context, dispatcher);
          const tries: Try[] = [];
          for (const strategy of strategies) tries.push(...(await triesOf(strategy, authors, context, dispatcher)));
          return { cases: await tryEach(tries, signal), counts: {} };
        } finally {
          await cluster.serveWith(cluster.instances);
        }
      },
      close: () => dispatcher.destroy(),
    };
  },
};

/** Who makes what is acted on. */
interface Authors {
  readonly victimId: number;
  post(owner: 'author' | 'admin'): Promise<number>;
}

/** Posts are the same for all strategies: they are made with one that takes no password each time. */
async function authorsOf({ cluster, strategies }: ProtocolContext, dispatcher: Dispatcher): Promise<Authors> {
  const strategy = strategies.find((name) => STRATEGIES[name].credential !== 'password') ?? strategies[0];
  if (strategy === undefined) throw new BenchError('BAD_OPTION', 'There is no strategy to try.');
  const signIn = signInWith(strategy, cluster, dispatcher);
  const of = { author: await signIn(USERNAMES.author), admin: await signIn(USERNAMES.admin) };
  const prefix = `${cluster.url}/${strategy}`;
  const me = { method: 'GET', url: prefix + ROUTES.me, headers: await signIn(VICTIM) } as const;
  const { user } = await askFor<MeReply>(dispatcher, me);
  return {
    victimId: user.id,
    async post(owner) {
      const made = { method: 'POST', url: prefix + ROUTES.posts, headers: of[owner], body: TEXT } as const;
      return (await askFor<PostView>(dispatcher, made)).id;
    },
  };
}

function signInWith(strategy: StrategyName, { url, benchToken, demoPassword }: Cluster, dispatcher: Dispatcher) {
  return (username: string) => credentialOf({ dispatcher, origin: url, benchToken, demoPassword }, strategy, username);
}

async function triesOf(
  strategy: StrategyName,
  authors: Authors,
  { cluster }: ProtocolContext,
  dispatcher: Dispatcher,
): Promise<Try[]> {
  const signIn = signInWith(strategy, cluster, dispatcher);
  const tries: Try[] = [];
  for (const actor of ACTORS) {
    const username = USERNAMES[actor];
    const headers = username === null ? {} : await signIn(username);
    const acts = MATRIX.map(({ name, method, path, body, owner, allowed }): Try => {
      const run = async () => {
        const id = owner === undefined ? authors.victimId : await authors.post(owner);
        const url = `${cluster.url}/${strategy}${path.replace(ID, `${id}`)}`;
        return (await ask(dispatcher, { method, url, headers, ...(body && { body }) })).status;
      };
      return { strategy, name: `${actor} ${name}`, expected: allowed.includes(actor) ? 'accepted' : 'refused', run };
    });
    tries.push(...acts);
  }
  return tries;
}

/** Of what has to be there before anything can be tried. */
async function askFor<Body>(dispatcher: Dispatcher, asked: Asked): Promise<Body> {
  const { status, body } = await ask(dispatcher, asked);
  if (status >= 200 && status < 300) return JSON.parse(body);
  throw new BenchError('REQUEST_FAILED', `${asked.method} ${asked.url} was answered with ${status}.`);
}
