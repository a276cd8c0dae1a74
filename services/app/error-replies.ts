import type { FastifyError, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { ErrorReply } from '../contract.js';
import { AppError } from './errors.js';
import type { Traffic } from './traffic.js';

/** Refusals that the framework makes by itself, by its code. */
const FRAMEWORK_REFUSALS: Readonly<Record<string, { statusCode: number; error: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { statusCode: 413, error: 'body_too_large' },
  FST_ERR_HANDLER_TIMEOUT: { statusCode: 503, error: 'unavailable' },
};
const BAD_REQUEST = { statusCode: 400, error: 'bad_request' };
const UNEXPECTED: ErrorReply = { error: 'internal', message: 'Something went wrong here.' };

/** The one place where an error becomes a reply. */
export function answerErrors(app: FastifyInstance, traffic: Traffic, log: Logger): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (error instanceof AppError) {
      if (error.retryAfterSeconds !== null) reply.header('retry-after', error.retryAfterSeconds);
      return reply.code(error.statusCode).send({ error: error.code, message: error.message } satisfies ErrorReply);
    }
    const refusal = FRAMEWORK_REFUSALS[error.code] ?? (isClientFault(error) ? BAD_REQUEST : null);
    if (refusal !== null) {
      return reply.code(refusal.statusCode).send({ error: refusal.error, message: error.message } satisfies ErrorReply);
    }
    log.error({ err: error }, 'a request failed');
    return reply.code(500).send(UNEXPECTED);
  });
  app.setNotFoundHandler((request, reply) => {
    reply.code(404);
    traffic.stampUnrouted(request, reply);
    return { error: 'not_found', message: 'There is no such route.' } satisfies ErrorReply;
  });
}

/** Bodies that are missing, malformed, of another type or against the schema. */
function isClientFault({ statusCode }: FastifyError): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}
