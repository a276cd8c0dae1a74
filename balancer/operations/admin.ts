import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Registry } from 'prom-client';
import Type from 'typebox';
import { Value } from 'typebox/value';
import { ADMIN, type BalancerSnapshot, type TransportName, type UpstreamSpec } from '../contract.js';
import { BadRequest, BalancerError, NotFound } from '../errors.js';
import type { ProxyCounters } from '../exchange/context.js';
import type { RoutingTable } from '../exchange/routing-table.js';
import type { Pool } from '../upstreams/pool.js';
import { parseUpstream, type Upstream } from '../upstreams/upstream.js';
import { type Door, requireJson, requireOwnHost, requireToken } from './admin-door.js';
import type { DecisionFeed } from './decisions.js';
import { changeRoute, readRouting } from './route-changes.js';

export interface AdminOptions {
  readonly pool: Pool;
  readonly routes: RoutingTable;
  /** Whether there is a key for affinity cookies. */
  readonly canSign: boolean;
  readonly counters: ProxyCounters;
  readonly metrics: Registry;
  readonly decisions: DecisionFeed;
  readonly transport: TransportName;
  readonly door: Door;
}

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

/** The reply goes on: it is the stream of decisions. */
const STREAM: Reply = { status: 200 };

type Handler = (request: IncomingMessage, options: AdminOptions, id: string) => Reply | Promise<Reply>;

const Weight = Type.Number({ exclusiveMinimum: 0, maximum: 1000 });
const SpecBody = Type.Object(
  { url: Type.String(), healthUrl: Type.Optional(Type.String()), weight: Type.Optional(Weight) },
  { additionalProperties: false },
);
const WeightBody = Type.Object({ weight: Weight }, { additionalProperties: false });

/** `METHOD /path`, where `:id` stands for an upstream's id. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  [`GET ${ADMIN.health}`]: () => ({ status: 200, type: 'text/plain', body: 'ok\n' }),
  [`GET ${ADMIN.snapshot}`]: (_, options) => replyJson(200, takeSnapshot(options)),
  [`GET ${ADMIN.metrics}`]: async (_, { metrics }) => ({
    status: 200,
    type: metrics.contentType,
    body: await metrics.metrics(),
  }),
  [`GET ${ADMIN.decisions}`]: () => STREAM,
  [`GET ${ADMIN.routes}`]: (_, { routes }) => replyJson(200, readRouting(routes)),
  [`PUT ${ADMIN.routes}`]: async (request, { routes, canSign }) => {
    changeRoute(routes, await readBody(request), canSign);
    return replyJson(200, readRouting(routes));
  },
  [`DELETE ${ADMIN.routes}`]: (_, { routes }) => {
    routes.reset();
    return replyJson(200, readRouting(routes));
  },
  [`POST ${ADMIN.upstreams}`]: async (request, { pool }) =>
    replyJson(201, pool.add(await readSpec(request)).snapshot()),
  [`DELETE ${ADMIN.upstreams}/:id`]: (_, { pool }, id) => {
    pool.remove(findUpstream(pool, id));
    return { status: 204 };
  },
  [`POST ${ADMIN.upstreams}/:id/drain`]: (_, { pool }, id) => change(pool, id, (upstream) => pool.drain(upstream)),
  [`POST ${ADMIN.upstreams}/:id/resume`]: (_, { pool }, id) => change(pool, id, (upstream) => pool.resume(upstream)),
  [`POST ${ADMIN.upstreams}/:id/weight`]: async (request, { pool }, id) => {
    const body = await readBody(request);
    if (!Value.Check(WeightBody, body))
      throw new BadRequest('the body must be {"weight": a number above 0, up to 1000}');
    return change(pool, id, (upstream) => {
      upstream.fullWeight = body.weight;
      upstream.weight = body.weight;
    });
  },
};

/** The admin listener, which is never the one that clients reach. All but its health is told to bearers of the token alone. */
export function createAdmin(options: AdminOptions): Server {
  return createServer((request, response) => {
    answer(request, options).then(
      (reply) => (reply === STREAM ? options.decisions.subscribe(response) : send(response, reply)),
      (error: unknown) => send(response, replyError(error)),
    );
  });
}

async function answer(request: IncomingMessage, options: AdminOptions): Promise<Reply> {
  const [path = ''] = (request.url ?? '').split('?');
  requireOwnHost(request, options.door);
  if (path !== ADMIN.health) requireToken(request, options.door);
  if (request.method !== 'GET') requireJson(request);
  const [, collection, id = '', action] = path.split('/');
  const pattern = id === '' ? path : `/${[collection, ':id', action].filter(Boolean).join('/')}`;
  const handler = HANDLERS[`${request.method} ${pattern}`];
  if (handler === undefined)
    throw new NotFound(`no ${request.method} ${path} here; there are ${Object.keys(HANDLERS).join(', ')}`);
  return handler(request, options, id);
}

function change(pool: Pool, id: string, apply: (upstream: Upstream) => void): Reply {
  const upstream = findUpstream(pool, id);
  apply(upstream);
  return replyJson(200, upstream.snapshot());
}

function readBody(request: IncomingMessage): Promise<unknown> {
  return json(request).catch(() => undefined);
}

async function readSpec(request: IncomingMessage): Promise<UpstreamSpec> {
  const body = await readBody(request);
  if (!Value.Check(SpecBody, body)) throw new BadRequest('the body must be {"url": …, "healthUrl"?: …, "weight"?: …}');
  try {
    return parseUpstream(body);
  } catch (cause) {
    throw new BadRequest('url must be http://host:port, healthUrl an http URL', { cause });
  }
}

function findUpstream(pool: Pool, id: string): Upstream {
  const upstream = pool.get(id);
  if (upstream === undefined) throw new NotFound(`no upstream ${id}`);
  return upstream;
}

export function takeSnapshot({ pool, counters, transport }: AdminOptions): BalancerSnapshot {
  const cpu = process.cpuUsage();
  const memory = process.memoryUsage();
  return {
    pid: process.pid,
    uptimeSeconds: process.uptime(),
    transport,
    cpu: { userMicros: cpu.user, systemMicros: cpu.system },
    memory: { rssBytes: memory.rss, heapUsedBytes: memory.heapUsed, externalBytes: memory.external },
    requests: counters.requests,
    retries: counters.retries,
    inFlight: counters.inFlight,
    upstreams: [...pool.all].map((upstream) => upstream.snapshot()),
  };
}

function replyJson(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function replyError(error: unknown): Reply {
  if (error instanceof BalancerError) return replyJson(error.statusCode, { error: error.code, message: error.message });
  return replyJson(500, { error: 'INTERNAL', message: String(error) });
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, type === undefined ? {} : { 'content-type': type });
  response.end(body);
}
