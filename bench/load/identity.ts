import type { Dispatcher } from 'undici';
import { HEADERS, type LoginReply, ROUTES, STRATEGIES, type StrategyName } from '../../services/contract.js';
import { CookieJar } from './cookie-jar.js';
import { LoginRefusedError } from './errors.js';
import type { LoadRequest } from './load-result.js';

export interface Reply {
  readonly status: number;
  /** The instance that answered, or null where the reply does not say. */
  readonly instance: string | null;
  readonly body: string;
}

export interface IdentityOptions {
  /**
   * A pool of keep-alive connections to the origin under test, shared by identities. Its `connections` bound how many
   * of their requests are under way at once; the rest wait in the pool.
   */
  readonly pool: Dispatcher;
  readonly origin: string;
  readonly strategy: StrategyName;
  readonly username: string;
}

/** A user with the credentials of one strategy: a browser's cookies, a bearer token, or the password each time. */
export class Identity {
  readonly username: string;
  readonly #options: IdentityOptions;
  readonly #jar = new CookieJar();
  #authorization: string | undefined;
  /** The instance that answered the last login, or null where it did not say. */
  signedInAt: string | null = null;

  constructor(options: IdentityOptions) {
    this.#options = options;
    this.username = options.username;
  }

  /** Signs in with the password. Throws LoginRefusedError unless the answer is 200. */
  async login(password: string): Promise<Reply> {
    const reply = await this.#signIn(ROUTES.login, { username: this.username, password }, {});
    // RFC 7617: nothing is handed out, so the password is what every request bears.
    if (this.#credential === 'password') {
      this.#authorization = `Basic ${Buffer.from(`${this.username}:${password}`).toString('base64')}`;
    }
    return reply;
  }

  /** Signs in without hashing a password. Throws LoginRefusedError unless the answer is 200. */
  async benchLogin(benchToken: string): Promise<Reply> {
    return this.#signIn(ROUTES.benchLogin, { username: this.username }, { [HEADERS.benchToken]: benchToken });
  }

  /** `path` is under the strategy's prefix: `get('/me')` asks for `/redis/me`. */
  async get(path: string): Promise<Reply> {
    return this.#send('GET', path, {});
  }

  /** The same request as `get` sends, for a load to send. */
  requestFor(path: string): LoadRequest {
    return { path: this.absolutePath(path), headers: this.credentialsFor(path) };
  }

  /** The headers that authenticate a request for `path` under the strategy's prefix. */
  credentialsFor(path: string): Record<string, string> {
    const cookie = this.#jar.headerFor(this.absolutePath(path));
    return {
      ...(cookie !== '' && { cookie }),
      ...(this.#authorization !== undefined && { authorization: this.#authorization }),
    };
  }

  absolutePath(path: string): string {
    return `/${this.#options.strategy}${path}`;
  }

  get #credential() {
    return STRATEGIES[this.#options.strategy].credential;
  }

  async #signIn(path: string, body: object, headers: Record<string, string>): Promise<Reply> {
    const reply = await this.#send(
      'POST',
      path,
      { ...headers, 'content-type': 'application/json' },
      JSON.stringify(body),
    );
    if (reply.status !== 200) throw new LoginRefusedError(this.username, reply.status);
    this.signedInAt = reply.instance;
    if (this.#credential === 'bearer') {
      this.#authorization = `Bearer ${(JSON.parse(reply.body) as LoginReply).token}`;
    }
    return reply;
  }

  async #send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<Reply> {
    const { pool, origin } = this.#options;
    const absolutePath = this.absolutePath(path);
    const answer = await pool.request({
      origin,
      method,
      path: absolutePath,
      headers: { ...this.credentialsFor(path), ...headers },
      ...(body !== undefined && { body }),
    });
    this.#jar.store([answer.headers['set-cookie'] ?? []].flat(), absolutePath, new Date());
    const instance = answer.headers[HEADERS.instance];
    return {
      status: answer.statusCode,
      instance: typeof instance === 'string' ? instance : null,
      body: await answer.body.text(),
    };
  }
}
