import type { IncomingMessage, ServerResponse } from 'node:http';
import { AFFINITY_COOKIE } from '../../balancer/contract.js';
import {
  BASELINE,
  HEADERS,
  type LoginReply,
  ROUTES,
  SEED,
  STRATEGIES,
  type StrategyName,
  type UserView,
} from '../../services/contract.js';
import { FakeCpu } from './fake-cpu.js';
import type { FakeTruth } from './fake-truth.js';

export const BENCH_TOKEN = 'fake-bench-token';
export const DEMO_PASSWORD = 'fake-password';
/** How long a client of a frozen store waits for it. */
const STORE_TIMEOUT_MS = 50;

/** One pretended instance: what it knows, what it spent and what it counted. */
export class FakeInstance {
  readonly sessions = new Map<string, string>();
  readonly storeTrips: Record<string, number> = {};
  isAlive = true;
  databaseTrips = 0;
  passwordChecks = 0;

  constructor(
    readonly name: string,
    readonly cpu: FakeCpu,
  ) {}
}

export class FakeStore {
  readonly sessions = new Map<string, string>();
  readonly cpu: FakeCpu;
  state: 'up' | 'frozen' | 'dead' = 'up';

  constructor(idleMicrosPerMs: number) {
    this.cpu = new FakeCpu(idleMicrosPerMs);
  }
}

interface Answer {
  readonly status: number;
  readonly body: object;
  readonly cookies?: string[];
}

const REFUSED: Answer = { status: 401, body: { error: 'UNAUTHENTICATED', message: 'Sign in.' } };
const NO_STORE: Answer = { status: 503, body: { error: 'STORE_UNAVAILABLE', message: 'No session store.' } };

let lastSession = 0;

/** What an instance answers. The strategies behave as textbooks say. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { instance, store, truth }: { readonly instance: FakeInstance; readonly store: FakeStore; readonly truth: FakeTruth },
): Promise<void> {
  const body = await readBody(request);
  const [, strategy = '', route = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
  const visit = { request, body, strategy: strategy as StrategyName, instance, store, truth };
  await spend(instance.cpu, demandOf(visit, route));
  const inStore = strategy in STRATEGIES && STRATEGIES[visit.strategy].state === 'redis';
  const { status, body: reply, cookies = [] } = inStore ? await withStore(visit, route) : act(visit, route);
  const text = JSON.stringify(reply);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    [HEADERS.instance]: instance.name,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
  });
  response.end(text);
}

interface Visit {
  readonly request: IncomingMessage;
  readonly body: { readonly username?: string; readonly password?: string };
  readonly strategy: StrategyName;
  readonly instance: FakeInstance;
  readonly store: FakeStore;
  readonly truth: FakeTruth;
}

function demandOf({ strategy, truth }: Visit, route: string): number {
  return (truth.instanceMicros[strategy] ?? 0) + (route === ROUTES.login ? truth.passwordMicros : 0);
}

async function withStore(visit: Visit, route: string): Promise<Answer> {
  const { instance, store, strategy, truth } = visit;
  if (store.state === 'frozen') await new Promise((resolve) => setTimeout(resolve, STORE_TIMEOUT_MS).unref());
  if (store.state !== 'up') return NO_STORE;
  instance.storeTrips[strategy] = (instance.storeTrips[strategy] ?? 0) + 1;
  await spend(store.cpu, truth.storeMicros);
  return act(visit, route);
}

function act(visit: Visit, route: string): Answer {
  const { request, body, strategy, instance } = visit;
  if (strategy !== (BASELINE as string) && !(strategy in STRATEGIES)) return { status: 404, body: {} };
  if (route === ROUTES.me) return showMe(visit);
  if (request.method !== 'POST') return { status: 404, body: {} };
  if (route === ROUTES.benchLogin && request.headers[HEADERS.benchToken] === BENCH_TOKEN) return signIn(visit);
  if (route !== ROUTES.login) return { status: 403, body: {} };
  instance.passwordChecks++;
  return body.password === DEMO_PASSWORD ? signIn(visit) : REFUSED;
}

function showMe({ request, strategy, instance, store, truth }: Visit): Answer {
  instance.databaseTrips += truth.databaseTrips;
  const username =
    strategy === (BASELINE as string) ? `${SEED.userPrefix}1` : whoIs(request, { strategy, instance, store });
  return username === undefined ? REFUSED : { status: 200, body: { user: userOf(username) } };
}

function whoIs(
  { headers }: IncomingMessage,
  { strategy, instance, store }: Pick<Visit, 'strategy' | 'instance' | 'store'>,
): string | undefined {
  const { state } = STRATEGIES[strategy];
  if (state === 'client') return /^Bearer fake\.(\w+)\./.exec(headers.authorization ?? '')?.[1];
  const { sessions } = state === 'redis' ? store : instance;
  return sessions.get(cookieOf(headers.cookie, 'sid') ?? '');
}

function signIn({ body, strategy, instance, store, truth }: Visit): Answer {
  const username = body.username ?? '';
  const { state, credential, routing } = STRATEGIES[strategy];
  const user = userOf(username);
  if (credential === 'bearer') {
    const token = `fake.${username}.`.padEnd(truth.tokenLength, 'x');
    return { status: 200, body: { user, token, expiresInSeconds: 900 } satisfies LoginReply };
  }
  const id = `${++lastSession}-`.padEnd(truth.sessionIdLength, 'x');
  (state === 'redis' ? store : instance).sessions.set(id, username);
  const pin = routing === 'sticky' ? [`${AFFINITY_COOKIE}=${instance.name}; Path=/${strategy}; HttpOnly`] : [];
  return { status: 200, body: { user }, cookies: [`sid=${id}; Path=/${strategy}; HttpOnly`, ...pin] };
}

function userOf(username: string): UserView {
  return { id: Number(username.slice(SEED.userPrefix.length)), username, role: 'user' };
}

export function cookieOf(header: string | undefined, name: string): string | undefined {
  return header
    ?.split('; ')
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

function spend(cpu: FakeCpu, micros: number): Promise<void> {
  return new Promise((resolve) => cpu.run(micros, resolve));
}

async function readBody(request: IncomingMessage): Promise<Visit['body']> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : (JSON.parse(text) as Visit['body']);
}
