import pMap from 'p-map';
import { Agent, type Dispatcher } from 'undici';
import { AFFINITY_COOKIE } from '../../../balancer/contract.js';
import { COOKIE_FORGERIES, forgeCookie } from '../../../services/attacks/cookies.js';
import { TokenForger } from '../../../services/attacks/token-forger.js';
import { SIGNED_AGAIN, TOKEN_FORGERIES } from '../../../services/attacks/tokens.js';
import { type JwtAlgorithm, ROUTES, SEED, STRATEGIES, type StrategyName } from '../../../services/contract.js';
import type { BatteryCase } from '../../contract.js';
import { BenchError } from '../../errors.js';
import type { ProtocolContext } from '../protocol.js';
import { ask, credentialOf, type Try, tryEach } from '../tries.js';
import type { Battery } from './battery.js';

/** Each forgery is made of the credentials of so many users. */
const TOKEN_USERS = 4;
const COOKIE_USERS = 10;
/** Sign-ins under way at once. */
const CONCURRENCY = 8;

/** Where tokens of one algorithm are good. */
interface Target {
  readonly algorithm: JwtAlgorithm;
  readonly origin: string;
  readonly forger: TokenForger;
}

/** Forged tokens and cookies: at the cluster, tokens also at an instance of another algorithm, so that one of the two has a public key. */
export const forgeries: Battery = {
  requires: ['instances with settings of their own'],
  seconds: { setup: 1.5, sweep: 1 },
  async open(context) {
    const { cluster, signal } = context;
    const own = cluster.description.settings.JWT_ALGORITHM as JwtAlgorithm;
    const other = own === 'HS256' ? 'ES256' : 'HS256';
    const aside = await cluster.startAside('instance', { JWT_ALGORITHM: other });
    const targetAt = async (algorithm: JwtAlgorithm, origin: string): Promise<Target> => {
      return { algorithm, origin, forger: new TokenForger(algorithm, await cluster.readTokenKey(algorithm)) };
    };
    const targets = [await targetAt(own, cluster.url), await targetAt(other, aside.url)];
    const dispatcher = new Agent({ connections: 16 });
    return {
      async tryAll() {
        // What one instance alone knows would be refused by the others for that.
        await cluster.serveWith(1);
        try {
          const tries = await cookieTries(context, dispatcher);
          for (const target of targets) tries.push(...(await tokenTries(context, dispatcher, target)));
          const cases = await tryEach(tries, signal);
          checkControls(cases);
          return { cases, counts: {} };
        } finally {
          await cluster.serveWith(cluster.instances);
        }
      },
      async close() {
        await dispatcher.destroy();
        await aside.stop();
      },
    };
  },
};

async function tokenTries(context: ProtocolContext, dispatcher: Dispatcher, target: Target): Promise<Try[]> {
  const { algorithm, origin, forger } = target;
  const held = await signInAll(context, dispatcher, { credential: 'bearer', origin, users: TOKEN_USERS });
  return held.flatMap(({ strategy, credentials }) => {
    const tryAt = (name: string, expected: Try['expected'], authorization: string): Try => ({
      strategy,
      name: `${algorithm}: ${name}`,
      expected,
      run: () => viewPage(dispatcher, origin, strategy, { authorization }),
    });
    const own = credentials.flatMap(({ authorization: good = '' }) => {
      const token = good.replace('Bearer ', '');
      const forged = [SIGNED_AGAIN, ...TOKEN_FORGERIES].flatMap((forgery) => {
        const made = forger.forge(forgery, token, Date.now());
        if (made === undefined) return [];
        return tryAt(forgery.name, forgery === SIGNED_AGAIN ? 'accepted' : 'refused', `Bearer ${made}`);
      });
      return [tryAt('as it was issued', 'accepted', good), ...forged];
    });
    const strange = othersThan(strategy, held).flatMap((other) =>
      other.credentials.map(({ authorization = '' }) =>
        tryAt(`a token of ${other.strategy}`, 'refused', authorization),
      ),
    );
    return [...own, ...strange];
  });
}

async function cookieTries(context: ProtocolContext, dispatcher: Dispatcher): Promise<Try[]> {
  const origin = context.cluster.url;
  const held = await signInAll(context, dispatcher, { credential: 'cookie', origin, users: COOKIE_USERS });
  return held.flatMap(({ strategy, credentials }) => {
    const tryWith = (name: string, expected: Try['expected'], cookie: string): Try => ({
      strategy,
      name,
      expected,
      run: () => viewPage(dispatcher, origin, strategy, { cookie }),
    });
    const cookies = credentials.map(sessionCookieOf);
    const [cookieName] = cookies[0]?.split('=') ?? [];
    const own = cookies.flatMap((good) => [
      tryWith('as it was issued', 'accepted', good),
      ...COOKIE_FORGERIES.map((forgery) => tryWith(forgery.name, 'refused', forgeCookie(forgery, good))),
    ]);
    const strange = othersThan(strategy, held).flatMap((other) =>
      other.credentials.map((credential) => {
        const [, value = ''] = sessionCookieOf(credential).split('=');
        return tryWith(`a cookie of ${other.strategy}`, 'refused', `${cookieName}=${value}`);
      }),
    );
    return [...own, ...strange];
  });
}

interface Held {
  readonly strategy: StrategyName;
  readonly credentials: readonly Readonly<Record<string, string>>[];
}

interface SignIns {
  readonly credential: 'bearer' | 'cookie';
  readonly origin: string;
  readonly users: number;
}

async function signInAll(
  { cluster, strategies, signal }: ProtocolContext,
  dispatcher: Dispatcher,
  { credential, origin, users }: SignIns,
): Promise<Held[]> {
  const { benchToken, demoPassword } = cluster;
  const own = strategies.filter((name) => STRATEGIES[name].credential === credential);
  const names = Array.from({ length: users }, (_, user) => `${SEED.userPrefix}${user + 1}`);
  const signIn = async (strategy: StrategyName): Promise<Held> => {
    const door = { dispatcher, origin, benchToken, demoPassword };
    const credentials = await pMap(names, (name) => credentialOf(door, strategy, name), {
      concurrency: CONCURRENCY,
      signal,
    });
    return { strategy, credentials };
  };
  return Promise.all(own.map(signIn));
}

const othersThan = (strategy: StrategyName, held: readonly Held[]) => held.filter((one) => one.strategy !== strategy);

/** Without the one by which a balancer pins. */
function sessionCookieOf({ cookie = '' }: Held['credentials'][number]): string {
  return cookie.split('; ').find((one) => !one.startsWith(`${AFFINITY_COOKIE}=`)) ?? '';
}

async function viewPage(
  dispatcher: Dispatcher,
  origin: string,
  strategy: string,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { status } = await ask(dispatcher, { method: 'GET', url: `${origin}/${strategy}${ROUTES.me}`, headers });
  return status;
}

/** Where what is good is refused, that a forgery is refused says nothing. */
function checkControls(cases: readonly BatteryCase[]): void {
  for (const { strategy, name, expected, answers } of cases) {
    const wrong = answers.find(({ status }) => status !== 200);
    if (expected !== 'accepted' || !wrong) continue;
    throw new BenchError(
      'REQUEST_FAILED',
      `A good credential of ${strategy} (${name}) was answered with ${wrong.status}.`,
    );
  }
}
