import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LoginReply, RevocationReason, StrategyUsage, TokenScope, UserView } from '../../contract.js';
import type { PasswordCheck } from '../accounts/password-check.js';
import type { Resources } from '../resources.js';
import type { Mount, Scope } from '../routes/mount.js';

/** How an instance knows who sends a request. What it claims about that is in its traits. */
export interface Strategy {
  /** Begins a session for a user whose password was checked. Returns what the login reply tells the client beside the user. */
  signIn(
    user: UserView,
    request: FastifyRequest,
    reply: FastifyReply,
    scope?: TokenScope | undefined,
  ): Promise<Omit<LoginReply, 'user'>>;
  /** What a login may ask for, to be allowed no more than that; absent where it cannot be less than all. */
  readonly scopes?: readonly TokenScope[];
  /** The user by whom the request was sent, or null. Asks the database only where the traits say so. */
  identify(request: FastifyRequest): UserView | null | Promise<UserView | null>;
  /** Ends the session, as far as the strategy can. */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Ends every session of a user, as far as the strategy can. */
  revoke(userId: number, because: RevocationReason): Promise<void>;
  /**
   * A session without a reply to carry it, made as a login makes it after the password check.
   * @returns the request headers that present it
   * @throws CannotMint where a session takes a password or a request
   */
  mint(user: UserView): Promise<Readonly<Record<string, string>>>;
  /** State that a client changes between requests; null where the strategy keeps none. */
  readonly cart: Cart | null;
  /** Routes that it has beyond those that all share, under its prefix. */
  mountRoutes?(scope: Scope, mount: Mount): void;
  usage(): StrategyUsage;
}

/** Items that a user has put aside, kept in his session. */
export interface Cart {
  read(request: FastifyRequest): string[];
  /** Reads and writes the session as people do: of two at once, one may be lost. Returns all items. */
  add(request: FastifyRequest, item: string): Promise<string[]>;
  /** Adds where the session is kept, so that none is lost. */
  addAtomically(request: FastifyRequest, item: string): Promise<string[]>;
}

/** Prepares a strategy inside a scope of its own, so that hooks and plugins that it registers touch no other strategy. */
export type StrategyFactory = (scope: FastifyInstance, resources: StrategyResources) => Strategy | Promise<Strategy>;

export interface StrategyResources extends Resources {
  readonly checkPassword: PasswordCheck;
}
