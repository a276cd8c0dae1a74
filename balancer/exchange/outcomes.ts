import { MALFORMED_BODY, REQUEST_TIMEOUT, type Refusal } from '../errors.js';
import type { Failure } from '../transport/transport.js';

/** Who is to blame for how an attempt has ended. Only what is an upstream's fault counts against it. */
export type Blame = 'client' | 'upstream' | 'nobody';

/**
 * Whether the request may be sent again. One that never left may be, whatever its method; one that an upstream may have acted on
 * only if a repetition has the effect of one request (RFC 9110, section 9.2.2).
 */
export type Repeat = 'any request' | 'idempotent requests' | 'never';

export interface OutcomeRule {
  readonly blame: Blame;
  readonly repeat: Repeat;
  /** null where there is nobody, or nothing, to tell. */
  readonly refusal: Refusal | null;
}

const refusal = (statusCode: number, code: string, message: string): Refusal => ({ statusCode, code, message });
const badGateway = (message: string) => refusal(502, 'BAD_GATEWAY', message);
const gatewayTimeout = (message: string) => refusal(504, 'GATEWAY_TIMEOUT', message);

/** Every way in which an attempt can end; the names are what the access log and the decision stream say. */
export const OUTCOMES = {
  answered: { blame: 'nobody', repeat: 'never', refusal: null },
  connect: { blame: 'upstream', repeat: 'any request', refusal: badGateway('no connection to the upstream') },
  'connect-timeout': {
    blame: 'upstream',
    repeat: 'any request',
    refusal: gatewayTimeout('no connection to the upstream in time'),
  },
  reset: {
    blame: 'upstream',
    repeat: 'idempotent requests',
    refusal: badGateway('the upstream closed the connection'),
  },
  /** Its health checks have failed while it owed the response. */
  down: { blame: 'upstream', repeat: 'idempotent requests', refusal: badGateway('the upstream is down') },
  timeout: { blame: 'upstream', repeat: 'never', refusal: gatewayTimeout('the upstream did not answer in time') },
  'bad-response': { blame: 'upstream', repeat: 'never', refusal: badGateway('the upstream answered with nonsense') },
  truncated: { blame: 'upstream', repeat: 'never', refusal: badGateway('the upstream broke off its response') },
  stalled: { blame: 'upstream', repeat: 'never', refusal: gatewayTimeout('the upstream stopped inside its response') },
  'client-gone': { blame: 'client', repeat: 'never', refusal: null },
  'client-stalled': { blame: 'client', repeat: 'never', refusal: REQUEST_TIMEOUT },
  /** It does not read its response. */
  'client-slow': { blame: 'client', repeat: 'never', refusal: null },
  'bad-request': { blame: 'client', repeat: 'never', refusal: MALFORMED_BODY },
  'body-too-large': {
    blame: 'client',
    repeat: 'never',
    refusal: refusal(413, 'BODY_TOO_LARGE', 'the request body is beyond the limit'),
  },
  /** The time for the whole exchange is over, whoever was slow. */
  expired: { blame: 'nobody', repeat: 'never', refusal: gatewayTimeout('the request took too long') },
} as const satisfies Record<Failure | string, OutcomeRule>;

export type Outcome = keyof typeof OUTCOMES;

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Attempts beyond this number only multiply an overload. */
export const MAX_ATTEMPTS = 3;

export interface EndedAttempt {
  readonly outcome: Outcome;
  readonly method: string;
  /** The body can be sent again: there is none, or it is held whole, or none of it has been read. */
  readonly bodyReplayable: boolean;
  /** Attempts made so far, this one included. */
  readonly attempts: number;
}

export function mayRepeat({ outcome, method, bodyReplayable, attempts }: EndedAttempt): boolean {
  if (attempts >= MAX_ATTEMPTS || !bodyReplayable) return false;
  const { repeat } = OUTCOMES[outcome];
  return repeat === 'any request' || (repeat === 'idempotent requests' && IDEMPOTENT.has(method));
}
