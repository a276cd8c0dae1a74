import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { type ErrorReply, HEADERS } from '../contract.js';
import { AppError } from './errors.js';
import type { Traffic } from './traffic.js';

/** What the framework refuses by itself, by its code; its other refusals of a request are a `bad_request`. */
const FRAMEWORK_REFUSALS: Readonly<Record<string, { statusCode: number; error: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { statusCode: 413, error: 'body_too_large' },
  FST_ERR_HANDLER_TIMEOUT: { statusCode: 503, error: 'unavailable' },
};
const TOO_SLOW = { statusCode: 408, error: 'request_timeout', message: 'The request came too slowly.' };
const BAD_REQUEST = { statusCode: 400, error: 'bad_request' };
const UNEXPECTED: ErrorReply = { error: 'internal', message: 'Something went wrong here.' };

/** What the HTTP parser refuses before there is a request, by the parser's code. */
const PARSER_REFUSALS: Readonly<Record<string, { statusCode: number; error: string; message: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
  HPE_HEADER_OVERFLOW: { statusCode: 431, error: 'headers_too_large', message: 'The headers are too large.' },
};
const MALFORMED = { statusCode: 400, error: 'bad_request', message: 'The request is malformed.' };

/** Where errors become replies: those of handlers and hooks, and routes that do not exist. */
export function answerErrors(app: FastifyInstance, traffic: Traffic, log: Logger): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    if (!(error instanceof AppError) && !isClientFault(error)) log.error({ err: error }, 'a request failed');
    sendError(error, reply);
  });
  app.setNotFoundHandler((_request, reply) => {
    reply.code(404);
    traffic.stampUnrouted(reply);
    reply.send({ error: 'not_found', message: 'There is no such route.' } satisfies ErrorReply);
  });
}

/** Sends the refusal that an error stands for; an unexpected error tells the client nothing. */
export function sendError(error: FastifyError | AppError, reply: FastifyReply): void {
  if (error instanceof AppError) {
    if (error.retryAfterSeconds !== null) reply.header('retry-after', error.retryAfterSeconds);
    if (error.challenge !== null) reply.header('www-authenticate', error.challenge);
    reply.code(error.statusCode).send({ error: error.code, message: error.message } satisfies ErrorReply);
    return;
  }
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT' && !reply.request.raw.complete) {
    // What was waited for is the client's own body. Where the next request would begin is unknown.
    const { statusCode, ...refusal } = TOO_SLOW;
    reply
      .code(statusCode)
      .header('connection', 'close')
      .send(refusal satisfies ErrorReply);
    return;
  }
  const refusal = FRAMEWORK_REFUSALS[error.code] ?? (isClientFault(error) ? BAD_REQUEST : null);
  const body = refusal === null ? UNEXPECTED : { error: refusal.error, message: error.message };
  reply.code(refusal?.statusCode ?? 500).send(body satisfies ErrorReply);
}

/** Bodies that are missing, malformed, of another type or against the schema; addresses that cannot be decoded. */
function isClientFault({ statusCode }: FastifyError): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500;
}

/** Answers what is not even a request, and closes the connection: where the next request would begin is unknown. */
export function createClientErrorHandler(
  instanceId: string,
): (error: Error & { code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (socket.destroyed || error.code === 'ECONNRESET') return;
    const { statusCode, ...refusal } = PARSER_REFUSALS[error.code ?? ''] ?? MALFORMED;
    const body = JSON.stringify(refusal satisfies ErrorReply);
    const head = [
      `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}`,
      `${HEADERS.instance}: ${instanceId}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    socket.destroySoon();
  };
}
