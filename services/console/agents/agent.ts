import { type LoginReply, ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import type { AgentView, RequestView } from '../contract.js';
import { CannotNow } from '../errors.js';
import { basicAuthorization, Credential } from './credential.js';

export interface AgentRequest {
  readonly agent: string;
  readonly strategy: StrategyName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface Answer {
  /** 0 where none came. */
  readonly status: number;
  readonly instance: string | null;
  readonly setCookies: readonly string[];
  readonly body: string;
  /** As it is told, once the balancer has told its part. */
  readonly view: Promise<RequestView>;
}

export interface Wire {
  send(request: AgentRequest): Promise<Answer>;
  now(): number;
}

interface Identity {
  readonly id: string;
  readonly index: number;
  readonly username: string;
  readonly strategy: StrategyName;
  readonly isThief: boolean;
}

/** A user with one strategy, or a thief with a copy of what that user had: a client of the balancer like any other. */
export class Agent {
  readonly identity: Identity;
  readonly #wire: Wire;
  #credential = new Credential();
  #refreshToken: string | null = null;
  #status: AgentView['status'] = 'signed-out';
  /** The instance that answered its login. */
  #signedInAt: string | null = null;
  /** Whether the part that keeps its session has not lost it since. */
  isHeld = false;

  constructor(identity: Identity, wire: Wire) {
    this.identity = identity;
    this.#wire = wire;
  }

  get isSignedIn(): boolean {
    return !this.#credential.isEmpty;
  }

  /** The part that keeps its session; null where it is at the client, in the database, or nowhere. */
  get holder(): string | null {
    const { state, credential } = STRATEGIES[this.identity.strategy];
    if (credential !== 'cookie') return null;
    return state === 'redis' ? state : state === 'instance' ? this.#signedInAt : null;
  }

  get view(): AgentView {
    const { id, index, strategy, isThief } = this.identity;
    const credential = this.#credential.view;
    return { id, index, strategy, isThief, status: this.#status, signedInAt: this.#signedInAt, credential };
  }

  /** @throws CannotNow */
  async signIn(password: string): Promise<RequestView> {
    const { username, strategy } = this.identity;
    this.#forget();
    const answer = await this.#send('POST', ROUTES.login, { username, password });
    if (answer.status !== 200) {
      this.#status = 'error';
      throw new CannotNow(`${username} could not sign in with ${strategy}: ${describe(answer.status)}.`);
    }
    this.#keep(answer);
    const { credential } = STRATEGIES[strategy];
    if (credential === 'password') this.#credential.authorization = basicAuthorization(username, password);
    this.#signedInAt = answer.instance;
    this.isHeld = true;
    this.#status = 'unknown';
    return answer.view;
  }

  /** Asks who one is. Resolves when that is answered; the view may come later. */
  async visit(): Promise<Pick<Answer, 'view'>> {
    await this.#refreshInTime();
    const answer = await this.#send('GET', ROUTES.me);
    this.#credential.storeCookies(answer.setCookies, new Date(this.#wire.now()));
    this.#status = answer.status === 200 ? 'recognised' : answer.status === 401 ? 'refused' : 'error';
    return answer;
  }

  /** What the client keeps is gone, whatever the answer is. */
  async signOut(): Promise<RequestView> {
    const answer = await this.#send('POST', ROUTES.logout);
    this.#forget();
    return answer.view;
  }

  thief(index: number): Agent {
    const { identity } = this;
    const thief = new Agent({ ...identity, id: `${identity.id}-thief`, index, isThief: true }, this.#wire);
    thief.#credential = this.#credential.copy();
    thief.#signedInAt = this.#signedInAt;
    thief.#status = 'unknown';
    return thief;
  }

  /** A thief has what was presented, and not what renews it. */
  async #refreshInTime(): Promise<void> {
    const expiresAtMs = this.#credential.view?.expiresAtMs ?? Number.POSITIVE_INFINITY;
    if (this.#refreshToken === null || expiresAtMs > this.#wire.now()) return;
    const answer = await this.#send('POST', ROUTES.refresh, { refreshToken: this.#refreshToken });
    if (answer.status === 200) this.#keep(answer);
  }

  #keep({ body, setCookies }: Answer): void {
    this.#credential.storeCookies(setCookies, new Date(this.#wire.now()));
    const { token, refreshToken } = JSON.parse(body) as LoginReply;
    if (token !== undefined) this.#credential.storeToken(token);
    this.#refreshToken = refreshToken ?? null;
  }

  #forget(): void {
    this.#credential = new Credential();
    this.#refreshToken = null;
    this.#signedInAt = null;
    this.isHeld = false;
    this.#status = 'signed-out';
  }

  #send(method: 'GET' | 'POST', route: string, body?: object): Promise<Answer> {
    const { id, strategy } = this.identity;
    const { headers } = this.#credential;
    const request = { agent: id, strategy, method, path: `/${strategy}${route}`, headers };
    return this.#wire.send(body === undefined ? request : { ...request, body });
  }
}

function describe(status: number): string {
  return status === 0 ? 'no answer came' : `the answer was ${status}`;
}
