import type { Dispatcher } from 'undici';
import { HEADERS } from '../../services/contract.js';
import { type Random, uniformInt } from '../stats/prng.js';
import { startArrivals } from './arrivals.js';
import type { LoadRequest } from './load-result.js';

/** One request of a steady load. */
export interface Outcome {
  /** Index of who sent it. */
  readonly sender: number;
  /** ms from the start of the load */
  readonly dueAtMs: number;
  /** From when it was due. */
  readonly latencyMs: number;
  /** 0 where there was no answer. */
  readonly status: number;
  /** The one that answered, or null where none did. */
  readonly instance: string | null;
}

export interface SteadyLoad {
  /** ms since it started */
  now(): number;
  /** Sends no more, and gives all outcomes once the last answer is there. */
  stop(): Promise<readonly Outcome[]>;
}

export interface SteadyLoadOptions {
  readonly pool: Dispatcher;
  readonly origin: string;
  /** What each sender sends; who is next is chance. */
  readonly requests: readonly LoadRequest[];
  readonly rateRps: number;
  readonly timeoutMs: number;
  readonly random: Random;
}

/**
 * Users who do not wait for each other (Poisson), at a rate that no part of the cluster notices, until it is stopped: to see what
 * becomes of each request while something happens. For latencies below some milliseconds use runOpenLoop, which keeps time better.
 */
export function startSteadyLoad({ pool, origin, requests, rateRps, timeoutMs, random }: SteadyLoadOptions): SteadyLoad {
  const outcomes: Outcome[] = [];
  const send = async (dueAtMs: number, sender: number, { method = 'GET', path, headers, body }: LoadRequest) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { origin, method, path, headers: headers ?? {}, body: body ?? null, signal };
    const answer = await pool.request(options).then(
      async ({ statusCode, headers, body }) => {
        await body.dump();
        return { status: statusCode, instance: headers[HEADERS.instance]?.toString() ?? null };
      },
      () => ({ status: 0, instance: null }),
    );
    outcomes.push({ sender, dueAtMs, latencyMs: arrivals.now() - dueAtMs, ...answer });
  };
  const arrivals = startArrivals({ rateRps, random }, async (dueAtMs) => {
    const sender = uniformInt(random, requests.length);
    const request = requests[sender];
    if (request) await send(dueAtMs, sender, request);
  });
  return {
    now: arrivals.now,
    async stop() {
      await arrivals.stop();
      return outcomes;
    },
  };
}
