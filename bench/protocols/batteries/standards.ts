import type { JsonWebKey } from 'node:crypto';
import pMap from 'p-map';
import { Agent, type Dispatcher } from 'undici';
import { JWKS_PATH, JWT_ALGORITHMS, type JwtAlgorithm, ROUTES, SEED } from '../../../services/contract.js';
import type { Aside } from '../../cluster/cluster.js';
import { BenchError } from '../../errors.js';
import { type Claims, signerOf, verifierOf } from '../other-implementation.js';
import type { ProtocolContext } from '../protocol.js';
import { ask, credentialOf, type Try, tryEach } from '../tries.js';
import type { Battery } from './battery.js';

const STRATEGY = 'jwt';
const USERS = 10;
/** Sign-ins under way at once. */
const CONCURRENCY = 8;

/** One algorithm, and the instance that issues and accepts tokens of it. */
interface Issuer {
  readonly algorithm: JwtAlgorithm;
  readonly instance: Aside;
  readonly privateJwk: JsonWebKey;
  /** What others verify with. */
  readonly sharedJwk: JsonWebKey;
}

/** Tokens that one implementation issues, at another. */
export const standards: Battery = {
  requires: ['instances with settings of their own'],
  seconds: { setup: 4, sweep: 0.7 },
  async open(context) {
    const { cluster, signal } = context;
    const dispatcher = new Agent({ connections: 16 });
    const issuers = await Promise.all(
      JWT_ALGORITHMS.map(async (algorithm): Promise<Issuer> => {
        const instance = await cluster.startAside('instance', { JWT_ALGORITHM: algorithm, STRATEGIES: STRATEGY });
        const privateJwk = await cluster.readTokenKey(algorithm);
        const sharedJwk = algorithm === 'HS256' ? privateJwk : await publishedKey(dispatcher, instance);
        return { algorithm, instance, privateJwk, sharedJwk };
      }),
    );
    return {
      async tryAll() {
        const tries: Try[] = [];
        for (const issuer of issuers) tries.push(...(await triesOf(issuer, issuers, context, dispatcher)));
        return { cases: await tryEach(tries, signal), counts: {} };
      },
      async close() {
        await dispatcher.destroy();
        await Promise.all(issuers.map(({ instance }) => instance.stop()));
      },
    };
  },
};

/** An instance publishes no symmetric key: who shares it was given it otherwise. */
async function publishedKey(dispatcher: Dispatcher, { url }: Aside): Promise<JsonWebKey> {
  const { status, body } = await ask(dispatcher, { method: 'GET', url: url + JWKS_PATH, headers: {} });
  const [key] = status === 200 ? (JSON.parse(body) as { keys: JsonWebKey[] }).keys : [];
  if (!key) throw new BenchError('REQUEST_FAILED', `An instance answered ${status} to who asked for its public key.`);
  return key;
}

async function triesOf(
  { algorithm, instance, privateJwk, sharedJwk }: Issuer,
  issuers: readonly Issuer[],
  { cluster, signal }: ProtocolContext,
  dispatcher: Dispatcher,
): Promise<Try[]> {
  const { benchToken, demoPassword } = cluster;
  const door = { dispatcher, origin: instance.url, benchToken, demoPassword };
  const signIn = async (_: unknown, user: number) => {
    const { authorization = '' } = await credentialOf(door, STRATEGY, `${SEED.userPrefix}${user + 1}`);
    return authorization.replace('Bearer ', '');
  };
  const ours = await pMap(Array.from({ length: USERS }), signIn, { concurrency: CONCURRENCY, signal });
  const tryTo = (name: string, expected: Try['expected'], run: Try['run']): Try => ({
    strategy: STRATEGY,
    name: `algorithm ${algorithm}: ${name}`,
    expected,
    run,
  });
  const at =
    ({ url }: Aside, token: string) =>
    async () => {
      const headers = { authorization: `Bearer ${token}` };
      return (await ask(dispatcher, { method: 'GET', url: `${url}/${STRATEGY}${ROUTES.me}`, headers })).status;
    };
  return ours.flatMap((token) => {
    const { iss, aud, ...claims } = decode(token, 1);
    const profile = { alg: algorithm, kid: `${decode(token, 0).kid}`, iss: `${iss}`, aud: `${aud}` };
    const isGood = verifierOf(profile, sharedJwk);
    // As an instance would answer.
    const atOther = (given: string) => async () => (isGood(given) ? 200 : 401);
    const theirs = signerOf(profile, privateJwk)(claims);
    return [
      tryTo('ours at the other', 'accepted', atOther(token)),
      tryTo('ours, changed, at the other', 'refused', atOther(changed(token))),
      tryTo('of the other at ours', 'accepted', at(instance, theirs)),
      tryTo('of the other, changed, at ours', 'refused', at(instance, changed(theirs))),
      ...issuers
        .filter((issuer) => issuer.algorithm !== algorithm)
        .map((issuer) => tryTo(`of the other at ${issuer.algorithm}`, 'refused', at(issuer.instance, theirs))),
    ];
  });
}

const decode = (token: string, part: number): Claims =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString());

/** It says that it is an admin's. */
function changed(token: string): string {
  const [header, , signature] = token.split('.');
  const claims = JSON.stringify({ ...decode(token, 1), role: 'admin' });
  return `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
}
