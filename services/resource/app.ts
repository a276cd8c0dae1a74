import os from 'node:os';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { answerErrors } from '../app/error-replies.js';
import { createPublicServer } from '../app/public-server.js';
import { readBearer } from '../app/tokens/bearer.js';
import { observeTraffic } from '../app/traffic.js';
import { OPS, type ResourceStats } from '../contract.js';
import type { ResourceConfig } from './config.js';
import { mountDocuments } from './documents.js';
import { TokenMissing, TokenRefused } from './errors.js';
import type { KeySet } from './key-set.js';
import { createTokenCheck } from './token-check.js';

export interface ResourceApp {
  readonly server: FastifyInstance;
  readonly ops: FastifyInstance;
}

/** Both listeners of the resource server, ready to listen. */
export function buildResource(
  config: ResourceConfig,
  keySet: KeySet,
  { log, isDraining, now }: { log: Logger; isDraining: () => boolean; now: () => number },
): ResourceApp {
  const instanceId = `resource-${os.hostname()}-${process.pid}`;
  const server = createPublicServer({ instanceId, trustedProxies: [] }, (reply) => traffic.stampUnrouted(reply));
  const traffic = observeTraffic(server, instanceId, isDraining);
  answerErrors(server, traffic, log);
  server.decorateRequest('user');
  const check = createTokenCheck(config.tokens, keySet.selectKey, now);
  mountDocuments(server, async (request: FastifyRequest) => {
    const claims = await readBearer(request, check);
    if (claims === null) throw request.headers.authorization === undefined ? new TokenMissing() : new TokenRefused();
    request.user = claims.user;
  });

  const ops = Fastify({ forceCloseConnections: true });
  ops.get(OPS.health, () => ({ status: 'alive' }));
  ops.get(OPS.stats, (): ResourceStats => {
    const cpu = process.cpuUsage();
    return {
      pid: process.pid,
      uptimeSeconds: process.uptime(),
      node: process.versions.node,
      jwtAlgorithm: config.tokens.algorithm,
      cpu: { userMicros: cpu.user, systemMicros: cpu.system },
      requests: traffic.answered(),
      jwksFetches: keySet.fetches(),
    };
  });
  return { server, ops };
}
