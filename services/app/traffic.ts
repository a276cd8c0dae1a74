import type { FastifyInstance, FastifyReply, onSendHookHandler, RouteOptions } from 'fastify';
import { HEADERS } from '../contract.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Time spent in the session store for this request. */
    storeMs: number;
    /** Time spent checking its signature. */
    verifyMs: number;
  }
}

/** Replies of one route so far, by status. */
export interface RouteTally {
  readonly method: string;
  readonly route: string;
  readonly byStatus: Map<number, number>;
}

/** Counts every reply and stamps it with the instance's id and the request's timings. */
export interface Traffic {
  readonly tallies: readonly RouteTally[];
  answered(): number;
  /** Stamps and counts the reply to a request that no route takes. Its status must be set. */
  readonly stampUnrouted: (reply: FastifyReply) => void;
}

/**
 * Each route gets an onSend hook of its own, with its counters at hand: on the hot path nothing is looked up. Register it on
 * the root before any route.
 * @param isDraining once true, replies ask the client to close its connection
 */
export function observeTraffic(app: FastifyInstance, instanceId: string, isDraining: () => boolean): Traffic {
  const tallies: RouteTally[] = [];
  let answered = 0;
  app.decorateRequest('storeMs', 0);
  app.decorateRequest('verifyMs', 0);

  const createStamp = (method: string, route: string) => {
    const byStatus = new Map<number, number>();
    tallies.push({ method, route, byStatus });
    return (reply: FastifyReply, storeMs: number, verifyMs: number) => {
      answered++;
      byStatus.set(reply.statusCode, (byStatus.get(reply.statusCode) ?? 0) + 1);
      reply.header(HEADERS.instance, instanceId);
      reply.header(HEADERS.serverTiming, toServerTiming(storeMs, verifyMs));
      if (isDraining()) reply.header('connection', 'close');
    };
  };
  app.addHook('onRoute', (route: RouteOptions) => {
    const stamp = createStamp(String(route.method), route.url);
    const onSend: onSendHookHandler = (request, reply, _payload, done) => {
      stamp(reply, request.storeMs, request.verifyMs);
      done();
    };
    route.onSend = [route.onSend ?? [], onSend].flat();
  });
  const stampUnrouted = createStamp('*', '*');
  return { tallies, answered: () => answered, stampUnrouted: (reply) => stampUnrouted(reply, 0, 0) };
}

function toServerTiming(storeMs: number, verifyMs: number): string {
  return `store;dur=${toMicrosecond(storeMs)}, verify;dur=${toMicrosecond(verifyMs)}`;
}

const toMicrosecond = (ms: number): number => Math.round(ms * 1000) / 1000;
