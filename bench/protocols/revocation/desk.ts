/** The instance at which sessions are ended: users and an admin have come to it from another one. */
import type { Pool } from 'undici';
import { type LoginReply, ROUTES, type Role, SEED, type StrategyName } from '../../../services/contract.js';
import { BenchError } from '../../errors.js';
import { Identity } from '../../load/identity.js';

export interface DeskOptions {
  readonly url: string;
  readonly pool: Pool;
  /** Of the sessions of those who come to it. */
  readonly strategy: StrategyName;
  readonly benchToken: string;
  readonly password: string;
}

export class Desk {
  readonly #options: DeskOptions;
  /** Who was made an admin and has not been demoted. */
  readonly #promoted = new Set<number>();
  #admin: Identity | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The admin signs in anew: a session that he has may have run out. */
  async open(): Promise<void> {
    this.#admin = (await this.signIn(SEED.adminName)).identity;
  }

  async signIn(username: string) {
    const { url, pool, strategy, benchToken } = this.#options;
    const identity = new Identity({ pool, origin: url, strategy, username });
    const { user } = JSON.parse((await identity.benchLogin(benchToken)).body) as LoginReply;
    return { identity, id: user.id };
  }

  /** To the same one: what ends sessions is that it was changed. */
  async changePassword(identity: Identity): Promise<void> {
    const { password } = this.#options;
    await send(this.#options.pool, identity, 'POST', ROUTES.password, { current: password, next: password });
  }

  async revoke(id: number): Promise<void> {
    await this.#asAdmin('POST', routeTo(ROUTES.revokeUser, id));
  }

  async setRole(id: number, role: Role): Promise<void> {
    if (role === 'admin') this.#promoted.add(id);
    await this.#asAdmin('PUT', routeTo(ROUTES.userRole, id), { role });
    if (role === 'user') this.#promoted.delete(id);
  }

  /** Demotes those who are left. */
  async close(): Promise<void> {
    if (this.#promoted.size === 0) return;
    await this.open();
    for (const id of this.#promoted) await this.setRole(id, 'user');
  }

  async #asAdmin(method: 'POST' | 'PUT', path: string, body?: object): Promise<void> {
    if (!this.#admin) throw new BenchError('REQUEST_FAILED', 'No admin has signed in.');
    await send(this.#options.pool, this.#admin, method, path, body);
  }
}

const routeTo = (route: string, id: number): string => route.replace(':id', `${id}`);

/** @throws BenchError REQUEST_FAILED naming what was asked for and what came back */
export async function send(pool: Pool, who: Identity, method: 'POST' | 'PUT', path: string, body?: object) {
  const answer = await pool.request({
    method,
    path: who.absolutePath(path),
    headers: { ...who.credentialsFor(path), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  if (answer.statusCode < 300) return text;
  const what = `${method} ${who.absolutePath(path)} by ${who.username}`;
  throw new BenchError('REQUEST_FAILED', `${what}: ${answer.statusCode} ${text.slice(0, 200)}`);
}
