import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LoginReply, UserView } from '../../contract.js';
import type { Resources } from '../resources.js';

/** How an instance knows who sends a request. Strategies differ in these three functions and in nothing else. */
export interface Strategy {
  /** Begins a session for a user whose password was checked. Returns what the login reply tells the client beside the user. */
  signIn(user: UserView, request: FastifyRequest, reply: FastifyReply): Promise<Omit<LoginReply, 'user'>>;
  /** The user by whom the request was sent, or null. Never asks the database. */
  identify(request: FastifyRequest): UserView | null | Promise<UserView | null>;
  /** Ends the session, as far as the strategy can. */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  usage(): StrategyUsage;
}

export interface StrategyUsage {
  /** Sessions that this instance holds; null where it holds none or shares them with others. */
  readonly sessions: number | null;
  /** Round trips to a store outside this process, since the start. */
  readonly storeTrips: number;
}

/** Prepares a strategy inside a scope of its own, so that hooks and plugins that it registers touch no other strategy. */
export type StrategyFactory = (scope: FastifyInstance, resources: Resources) => Strategy | Promise<Strategy>;
