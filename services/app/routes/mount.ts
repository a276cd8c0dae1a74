import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  RawServerDefault,
} from 'fastify';
import type { RevocationReason } from '../../contract.js';
import type { PasswordCheck } from '../accounts/password-check.js';
import type { Resources } from '../resources.js';

/** An instance whose routes take their types from their schemas. */
export type Scope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the routes under one strategy's prefix are given. */
export interface Mount {
  readonly resources: Resources;
  readonly checkPassword: PasswordCheck;
  /** Whether the strategy's credential is a password, so that no session begins without one. */
  readonly takesPassword: boolean;
  /** Whether a request bears the bench token. */
  readonly isBench: (request: FastifyRequest) => boolean;
  /** Runs before the body is read; after it `request.user` is set. */
  readonly authenticate: onRequestHookHandler;
  /** Ends every session of a user in every strategy of this instance, as far as each can. */
  revokeEverywhere(userId: number, because: RevocationReason): Promise<void>;
}
