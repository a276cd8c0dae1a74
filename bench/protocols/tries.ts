import pMap from 'p-map';
import type { Dispatcher } from 'undici';
import { HEADERS, ROUTES, STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { BatteryCase } from '../contract.js';
import { Identity } from '../load/identity.js';
import { Answers } from './batteries/answers.js';

/** Requests under way at once. */
const CONCURRENCY = 16;

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With origin and path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Something to be tried once. Those with the same strategy and name make one case. */
export interface Try extends Pick<BatteryCase, 'strategy' | 'name' | 'expected'> {
  /** The status of the answer, 0 where none came. */
  run(): Promise<number>;
}

export interface Answer {
  /** 0 where none came. */
  readonly status: number;
  readonly body: string;
  /** The instance that answered, or null where the answer does not say. */
  readonly instance: string | null;
}

/** One request with exactly these headers. */
export async function ask(dispatcher: Dispatcher, { method, url, headers, body }: Asked): Promise<Answer> {
  const { origin, pathname } = new URL(url);
  const json = body && { 'content-type': 'application/json' };
  try {
    const answer = await dispatcher.request({
      origin,
      path: pathname,
      method,
      headers: { ...headers, ...json },
      ...(body && { body: JSON.stringify(body) }),
    });
    const instance = answer.headers[HEADERS.instance];
    return {
      status: answer.statusCode,
      body: await answer.body.text(),
      instance: typeof instance === 'string' ? instance : null,
    };
  } catch {
    return { status: 0, body: '', instance: null };
  }
}

/** Tries each once, in about their order. */
export async function tryEach(tries: readonly Try[], signal: AbortSignal): Promise<BatteryCase[]> {
  const statuses = await pMap(tries, (one) => one.run(), { concurrency: CONCURRENCY, signal });
  const cases = new Map<string, { readonly one: Try; readonly answers: Answers }>();
  for (const [at, one] of tries.entries()) {
    const key = `${one.strategy} ${one.name}`;
    const known = cases.get(key) ?? { one, answers: new Answers() };
    known.answers.add(0, statuses[at] ?? 0);
    cases.set(key, known);
  }
  return [...cases.values()].map(({ one: { strategy, name, expected }, answers }) => {
    return { strategy, name, expected, answers: answers.all };
  });
}

interface Door {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly benchToken: string;
  readonly demoPassword: string;
}

/** The headers that a user of a strategy sends with each request, once he has signed in. */
export async function credentialOf(
  { dispatcher: pool, origin, benchToken, demoPassword }: Door,
  strategy: StrategyName,
  username: string,
): Promise<Readonly<Record<string, string>>> {
  if (STRATEGIES[strategy].credential === 'password') {
    return { authorization: `Basic ${Buffer.from(`${username}:${demoPassword}`).toString('base64')}` };
  }
  const identity = new Identity({ pool, origin, strategy, username });
  await identity.benchLogin(benchToken);
  return identity.credentialsFor(ROUTES.me);
}
