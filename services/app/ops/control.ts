import { spawn } from 'node:child_process';
import type { FastifyInstance } from 'fastify';
import { type ErrorReply, FREEZE_SECONDS, HEADERS, OPS } from '../../contract.js';
import { createTokenCheck } from '../routes/token-check.js';

const FORBIDDEN: ErrorReply = { error: 'forbidden', message: 'The control token is missing or wrong.' };

/** For a cluster that nobody has in his hands but an engine of containers: it starts again what was killed. */
export function mountControl(ops: FastifyInstance, token: string): void {
  const isController = createTokenCheck(HEADERS.controlToken, token);
  const orders = {
    [OPS.kill]: () => process.kill(process.pid, 'SIGKILL'),
    // A process that stands still cannot wake itself.
    [OPS.freeze]: () => {
      const script = `kill -STOP ${process.pid}; sleep ${FREEZE_SECONDS}; kill -CONT ${process.pid}`;
      spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' }).unref();
    },
  };
  for (const [path, carryOut] of Object.entries(orders)) {
    ops.post(path, (request, reply) => {
      if (!isController(request)) return reply.code(403).send(FORBIDDEN);
      reply.raw.once('finish', carryOut);
      return reply.code(202).send();
    });
  }
}
