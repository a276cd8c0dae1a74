import type { FastifyInstance } from 'fastify';

const SWEEP_EVERY_MS = 60_000;

/** Removes what has expired, again and again until the server closes. What has expired is refused before, so a sweep that fails is let go. */
export function sweepRegularly(scope: FastifyInstance, sweep: () => Promise<unknown>): void {
  const timer = setInterval(() => void sweep().catch(() => {}), SWEEP_EVERY_MS);
  timer.unref();
  scope.addHook('onClose', async () => clearInterval(timer));
}
