import proxyAddr from '@fastify/proxy-addr';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyReply } from 'fastify';
import { MAX_HEADER_BYTES } from '../contract.js';
import { createClientErrorHandler, sendError } from './error-replies.js';
import type { Scope } from './routes/mount.js';

const BODY_LIMIT_BYTES = 16 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

/** A server for requests that come through a balancer, with limits on what clients may cost, and refusals in one shape. */
export function createPublicServer(
  { instanceId, trustedProxies }: { instanceId: string; trustedProxies: string[] },
  stamp: (reply: FastifyReply) => void,
): Scope {
  const server = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    // A client that sends its request too slowly is cut off.
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 5 },
    trustProxy: trustBalancer(trustedProxies),
    // What reaches a draining instance is answered like any other request, and its connection closed.
    return503OnClosing: false,
    frameworkErrors: (error, _request, reply) => {
      reply.statusCode = error.statusCode ?? 400;
      stamp(reply);
      sendError(error, reply);
    },
    clientErrorHandler: createClientErrorHandler(instanceId),
  }).withTypeProvider<TypeBoxTypeProvider>();
  // The size of the headers is limited already. Past a number of lines Node.js would drop the rest and say nothing.
  server.server.maxHeadersCount = 0;
  return server.setValidatorCompiler(TypeBoxValidatorCompiler);
}

/**
 * Who the client is and whether it came over https, a balancer on this machine or in this private network may say. It drops what
 * a client said about that, and names the address from which it was asked. Further back only named proxies are believed: a
 * client in a private network could name any address it likes.
 */
function trustBalancer(trustedProxies: string[]): (address: string, hop: number) => boolean {
  const isBalancer = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal']);
  const isProxy = proxyAddr.compile(trustedProxies);
  return (address, hop) => (hop === 0 ? isBalancer : isProxy)(address, hop);
}
