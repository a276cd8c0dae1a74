import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Test } from 'tap';
import { HEADERS, type LoginReply, ROUTES } from '../contract.js';
import { BENCH_TOKEN, DEMO_PASSWORD } from './environment.js';

export type Headers = Readonly<Record<string, string>>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const BENCH: Headers = { [HEADERS.benchToken]: BENCH_TOKEN };
export const basicCredential = (username: string, password: string): Headers => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

/** Sends requests to one strategy, with a credential once it has signed in. */
export class Client {
  credential: Headers = {};
  readonly prefix: string;
  readonly #server: FastifyInstance;

  constructor(server: FastifyInstance, name: string) {
    this.#server = server;
    this.prefix = `/${name}`;
  }

  /** Another one at the same place, which has not signed in. */
  alike(): Client {
    return new Client(this.#server, this.prefix.slice(1));
  }

  send(method: Method, path: string, body?: unknown, headers: Headers = {}): Promise<LightMyRequestResponse> {
    const payload = body === undefined ? {} : { payload: body as object };
    const options = { method, url: this.prefix + path, headers: { ...this.credential, ...headers }, ...payload };
    return this.#server.inject(options);
  }

  /** Takes whatever credential the reply bears, and the password itself where it bears none. */
  async signIn(username: string, headers: Headers = {}, password = DEMO_PASSWORD): Promise<LightMyRequestResponse> {
    const reply = await this.send('POST', ROUTES.login, { username, password }, headers);
    const { token } = reply.json<Partial<LoginReply>>();
    const [cookie] = reply.cookies;
    if (token !== undefined) this.credential = { authorization: `Bearer ${token}` };
    else if (cookie !== undefined) this.credential = { cookie: `${cookie.name}=${cookie.value}` };
    else this.credential = basicCredential(username, password);
    return reply;
  }

  /** Who the instance says it is; null where it is refused. */
  async me(): Promise<string | null> {
    const reply = await this.send('GET', ROUTES.me);
    return reply.statusCode === 200 ? reply.json().user.username : null;
  }
}

export async function signedIn(server: FastifyInstance, name: string, username: string): Promise<Client> {
  const client = new Client(server, name);
  const { statusCode, body } = await client.signIn(username);
  if (statusCode !== 200) throw new Error(`${username} cannot sign in with ${name}: ${statusCode} ${body}`);
  return client;
}

export function refused(t: Test, reply: LightMyRequestResponse, statusCode: number, error: string): void {
  t.equal(reply.statusCode, statusCode);
  t.match(reply.json(), { error, message: String });
}
