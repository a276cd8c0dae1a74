import pMap from 'p-map';
import { Agent, type Dispatcher } from 'undici';
import { TokenForger } from '../../../services/attacks/token-forger.js';
import { TOKEN_FORGERIES } from '../../../services/attacks/tokens.js';
import {
  HEADERS,
  JWKS_PATH,
  type LoginReply,
  OPS,
  RESOURCE_ROUTES,
  type ResourceStats,
  ROUTES,
  SEED,
  type TokenScope,
} from '../../../services/contract.js';
import type { Aside } from '../../cluster/cluster.js';
import { BenchError } from '../../errors.js';
import type { ProtocolContext } from '../protocol.js';
import { type Asked, ask, type Try, tryEach } from '../tries.js';
import type { Battery, Tried } from './battery.js';

const ALGORITHM = 'ES256';
const STRATEGY = 'jwt';
const USERS = 20;
/** Of each user, while the issuer runs and once it is gone. */
const REQUESTS = 50;
const REQUESTS_AFTER = 5;
/** Sign-ins under way at once. */
const CONCURRENCY = 8;

/** Tokens at a service that has nothing but the public keys of their issuer, which dies in the end. */
export const elsewhere: Battery = {
  requires: ['instances with settings of their own'],
  seconds: { setup: 0, sweep: 3 },
  async open(context) {
    const dispatcher = new Agent({ connections: 16 });
    return {
      async tryAll() {
        const { cluster } = context;
        const issuer = await cluster.startAside('instance', { JWT_ALGORITHM: ALGORITHM, STRATEGIES: STRATEGY });
        try {
          const settings = { JWT_ALGORITHM: ALGORITHM, JWKS_URL: issuer.url + JWKS_PATH };
          const service = await cluster.startAside('resource', settings);
          try {
            return await tryAt({ issuer, service, dispatcher }, context);
          } finally {
            await service.stop();
          }
        } finally {
          await issuer.stop();
        }
      },
      close: () => dispatcher.destroy(),
    };
  },
};

interface Places {
  readonly issuer: Aside;
  readonly service: Aside;
  readonly dispatcher: Dispatcher;
}

async function tryAt(places: Places, context: ProtocolContext): Promise<Tried> {
  const { cluster, signal } = context;
  const { issuer, service, dispatcher } = places;
  const [whole, reading] = [await signInAll(places, context), await signInAll(places, context, 'read')];
  const forger = new TokenForger(ALGORITHM, await cluster.readTokenKey(ALGORITHM));
  const outsiders = TOKEN_FORGERIES.filter(({ signedBy }) => signedBy !== 'its key');
  const forged = outsiders.flatMap((forgery) => forger.forge(forgery, whole[0] ?? '', Date.now()) ?? []);

  const tryOf = (about: Pick<Try, 'name' | 'expected'>, token: string, asked: Omit<Asked, 'headers'>): Try => ({
    ...about,
    strategy: STRATEGY,
    run: async () => (await ask(dispatcher, { ...asked, headers: { authorization: `Bearer ${token}` } })).status,
  });
  const documents = { method: 'GET', url: service.url + RESOURCE_ROUTES.documents } as const;
  const readings = (name: string, times: number) => [
    ...whole.flatMap((token) =>
      Array.from({ length: times }, () => tryOf({ name: `${name}: good`, expected: 'accepted' }, token, documents)),
    ),
    ...[...forged, ''].map((token) => tryOf({ name: `${name}: forged`, expected: 'refused' }, token, documents)),
  ];
  const prefix = `${issuer.url}/${STRATEGY}`;
  const reads = [documents, { method: 'GET', url: prefix + ROUTES.posts }] as const;
  const writes = [
    { method: 'POST', url: service.url + RESOURCE_ROUTES.documents, body: { title: 'Title' } },
    { method: 'POST', url: prefix + ROUTES.posts, body: { title: 'Title', body: 'Body' } },
  ] as const;
  const scoped = [...reads, ...writes].flatMap((asked) => [
    ...reading.map((token) => {
      const isRead = asked.method === 'GET';
      const about = {
        name: `scope read: ${isRead ? 'reads' : 'writes'}`,
        expected: isRead ? 'accepted' : 'refused',
      } as const;
      return tryOf(about, token, asked);
    }),
    ...whole.map((token) => tryOf({ name: 'scope all: reads and writes', expected: 'accepted' }, token, asked)),
  ]);

  const before = await tryEach([...readings('issuer up', REQUESTS), ...scoped], signal);
  await issuer.stop();
  const after = await tryEach(readings('issuer gone', REQUESTS_AFTER), signal);
  const { requests, jwksFetches } = await statsOf(service, dispatcher);
  return { cases: [...before, ...after], counts: { requests, jwksFetches } };
}

/** Tokens of several users, as the issuer hands them out: with all that each may do, or with less. */
function signInAll({ issuer, dispatcher }: Places, { cluster, signal }: ProtocolContext, scope?: TokenScope) {
  const signIn = async (_: unknown, user: number): Promise<string> => {
    const { status, body } = await ask(dispatcher, {
      method: 'POST',
      url: `${issuer.url}/${STRATEGY}${ROUTES.benchLogin}`,
      headers: { [HEADERS.benchToken]: cluster.benchToken },
      body: { username: `${SEED.userPrefix}${user + 1}`, ...(scope && { scope }) },
    });
    if (status !== 200) throw new BenchError('REQUEST_FAILED', `A login was answered with ${status}: ${body}`);
    return (JSON.parse(body) as LoginReply).token ?? '';
  };
  return pMap(Array.from({ length: USERS }), signIn, { concurrency: CONCURRENCY, signal });
}

/** What the service counted itself. */
async function statsOf({ opsUrl }: Aside, dispatcher: Dispatcher): Promise<ResourceStats> {
  const { status, body } = await ask(dispatcher, { method: 'GET', url: opsUrl + OPS.stats, headers: {} });
  if (status !== 200)
    throw new BenchError('REQUEST_FAILED', `The service answered ${status} to who asked for its counts.`);
  return JSON.parse(body);
}
