import { BenchError } from '../errors.js';
import type { ClosedLoopLoad } from '../load/closed-loop.js';
import type { LoadResult } from '../load/load-result.js';
import { type Random, shuffle } from '../stats/prng.js';
import type { CostSizes } from './options.js';
import { type ReplyBytes, replyPath } from './reply.js';
import type { Rig } from './rig.js';

/** A closed loop through one proxy, and what its process and the upstreams did meanwhile. */
export interface CostRound {
  readonly load: LoadResult;
  readonly proxyCpuMicros: number;
  /** Given by the upstreams. */
  readonly replies: number;
}

export interface Shape {
  readonly connections: number;
  readonly replyBytes: ReplyBytes;
}

/** One proxy under one shape of load: what becomes a cell. */
export interface Lane extends Shape {
  readonly proxy: string;
  /** The proxy once more, as if it were another: how far it seems to differ from itself is the noise of the rig. */
  readonly control?: true;
  readonly rounds: CostRound[];
}

/** The proxies that the others are put in relation to. The first that is measured is also the control. */
export const REFERENCES = ['haproxy', 'http-proxy'] as const;

export interface RoundContext {
  readonly random: Random;
  readonly signal: AbortSignal;
  /** Tells people. */
  say(what: string): void;
}

/** About what two cores do, for the display of what is left. */
const WARM_UP_REQUESTS_PER_MS = 10;

export function secondsFor(sizes: CostSizes, proxies: number): number {
  const { rounds, roundMs, warmUpRequests, connections, replyBytes } = sizes;
  const laneMs = warmUpRequests / WARM_UP_REQUESTS_PER_MS + rounds * (roundMs + 60);
  return (connections.length * replyBytes.length * (proxies + 1) * laneMs) / 1000;
}

/**
 * Yields the lanes after every round from the second on: what is measured by then has an interval.
 * In a round the shapes of load come in random order, and within each all proxies, one after another and in random order
 * too: what is compared was measured within seconds.
 */
export async function* measureRounds(rig: Rig, sizes: CostSizes, context: RoundContext): AsyncGenerator<Lane[]> {
  const { rounds, roundMs, warmUpRequests } = sizes;
  const shapes = planLanes([...rig.proxies.keys()], sizes);
  const lanes = shapes.flat();
  for (const lane of lanes) {
    context.say('warming up');
    if (!lane.control) await measureRound(rig, lane, { afterRequests: warmUpRequests }, context.signal);
  }
  for (let round = 1; round <= rounds; round++) {
    for (const lane of shuffle(shapes, context.random).flatMap((shape) => shuffle(shape, context.random))) {
      context.say(`round ${round} of ${rounds}`);
      lane.rounds.push(await measureRound(rig, lane, { afterMs: roundMs }, context.signal));
    }
    if (round > 1) yield lanes;
  }
}

/** For each shape of load, a lane for each proxy and one for the control. */
export function planLanes(proxies: readonly string[], { connections, replyBytes }: CostSizes): Lane[][] {
  const control = REFERENCES.find((name) => proxies.includes(name));
  return replyBytes.flatMap((bytes) =>
    connections.map((count) => {
      const shape = { connections: count, replyBytes: bytes };
      return [
        ...proxies.map((proxy) => ({ ...shape, proxy, rounds: [] })),
        ...(control ? [{ ...shape, proxy: control, control: true as const, rounds: [] }] : []),
      ];
    }),
  );
}

async function measureRound(
  rig: Rig,
  lane: Lane,
  stop: ClosedLoopLoad['stop'],
  signal: AbortSignal,
): Promise<CostRound> {
  const proxy = rig.proxies.get(lane.proxy);
  if (!proxy) throw new TypeError(`${lane.proxy} was not started`);
  const repliesBefore = await rig.countReplies();
  const cpuBefore = await proxy.readCpuMicros();
  const request = { path: replyPath(lane.replyBytes) };
  const load = await rig.senders.run({ urls: proxy.urls, connections: lane.connections, request, stop, signal });
  const proxyCpuMicros = (await proxy.readCpuMicros()) - cpuBefore;
  if (load.answered === 0) {
    const failures = Object.entries(load.failures).map(([kind, count]) => `${count} ${kind}`);
    throw new BenchError('REQUEST_FAILED', `${lane.proxy} answered no request: ${failures.join(', ')}.`);
  }
  return { load, proxyCpuMicros, replies: (await rig.countReplies()) - repliesBefore };
}
