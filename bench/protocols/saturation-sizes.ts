import type { SaturationSettings } from '../contract.js';
import { BenchError } from '../errors.js';
import { chooseSlice, type Load, sendFor } from './closed-loops.js';
import type { Calibration, ProtocolContext } from './protocol.js';
import { pageViews } from './signing-in.js';

/** How long and with how many connections, on this machine. */
export interface Sizes {
  readonly connectionsPerInstance: number;
  /** What is slower is measured for longer: for the slowest's sake others would be, too. */
  roundMsOf(strategy: unknown): number;
  /** Null is without limit. */
  readonly instanceCores: number | null;
  readonly storeCores: number | null;
}

/** With fewer in its steady time a round says little. */
const REQUESTS_IN_A_ROUND = { sliced: 150, whole: 2_000 } as const;
/** Of many periods of a slice, so that a part of one at either end makes little difference. */
const SHORTEST_ROUND_MS = { sliced: 800, whole: 400 } as const;
const LONGEST_ROUND_MS = 1_500;
/**
 * One request under way takes a tenth of a second at most, so that an instance that waits for the next period of its slice, some
 * 20 ms, never runs out of work, and latency does not cap what is to be capped by CPU.
 */
const FULL_FOR_SECONDS = 0.1;
const PROBE_MS = 800;
const PROBE_CONNECTIONS = 64;
const LEAST_CONNECTIONS = 16;
const MOST_CONNECTIONS = 128;
const LARGEST_SLICE = 0.08;
const STORE_SHARE = 0.5;
/** With a smaller one Redis stands still for longer than its clients wait. */
const SMALLEST_STORE_SLICE = 0.008;
const WARM_UP_CONNECTIONS = 32;
const WARM_UP_MS = 1_500;

/**
 * Runs everything on whole cores first: under a slice of CPU the compiler would never finish. What was seen of it decides the sizes.
 */
export async function findSizes(
  { slices, connections }: SaturationSettings,
  strategies: readonly string[],
  instances: number,
  context: ProtocolContext,
): Promise<Sizes> {
  const { cluster } = context;
  await cluster.serveWith(instances);
  const warmed: Warmed[] = [];
  for (const strategy of context.isWarm ? [] : strategies) {
    context.say(`warming up ${strategy}`);
    const count = connections === 'fill' ? WARM_UP_CONNECTIONS * instances : connections;
    warmed.push({ strategy, load: await sendFor(context, await pageViews(context, strategy, count), WARM_UP_MS) });
  }
  const found = await context.calibrate(async () => {
    if (connections !== 'fill') {
      const rounds = warmed.map(({ strategy, load }) => [nameOf(strategy), roundFor(load.rps, 'whole')] as const);
      return { connectionsPerInstance: connections, ...Object.fromEntries(rounds) };
    }
    const instanceCores = chooseSlice(
      warmed.map(({ load }) => load.work),
      instances,
      LARGEST_SLICE,
    );
    const [strategy = ''] = strategies;
    const alone = await trySlices(context, { strategy, instances: 1, instanceCores, connections: PROBE_CONNECTIONS });
    const connectionsPerInstance = connectionsFor(alone.rps);
    if (slices === 'instances') {
      return { connectionsPerInstance, roundMs: roundFor(alone.rps, 'sliced'), instanceCores };
    }
    const all = { strategy, instances, instanceCores, connections: connectionsPerInstance * instances };
    const storeCores = chooseStoreSlice(await trySlices(context, all));
    return { connectionsPerInstance, roundMs: LONGEST_ROUND_MS, instanceCores, storeCores };
  });
  return toSizes(found);
}

interface Warmed {
  readonly strategy: string;
  readonly load: Load;
}

/** Of a calibration's value. */
const nameOf = (strategy: unknown) => `roundMs ${strategy}`;

function toSizes(found: Calibration): Sizes {
  const { connectionsPerInstance = 0, roundMs = LONGEST_ROUND_MS, instanceCores = null, storeCores = null } = found;
  return {
    connectionsPerInstance,
    roundMsOf: (strategy) => found[nameOf(strategy)] ?? roundMs,
    instanceCores,
    storeCores,
  };
}

/** So long that about as many requests are answered in the steady three quarters of it. */
function roundFor(rps: number, kind: keyof typeof REQUESTS_IN_A_ROUND): number {
  const enoughMs = (1000 * REQUESTS_IN_A_ROUND[kind]) / rps / 0.75;
  return Math.round(Math.min(LONGEST_ROUND_MS, Math.max(SHORTEST_ROUND_MS[kind], enoughMs)));
}

function connectionsFor(rps: number): number {
  return Math.min(MOST_CONNECTIONS, Math.max(LEAST_CONNECTIONS, 8 * Math.round((rps * FULL_FOR_SECONDS) / 8)));
}

interface Trial {
  readonly strategy: string;
  readonly instances: number;
  readonly instanceCores: number;
  readonly connections: number;
}

/** @throws BenchError REQUEST_FAILED where slices of that size answer nothing */
async function trySlices(context: ProtocolContext, trial: Trial): Promise<Load> {
  const { cluster } = context;
  const { strategy, instances, instanceCores, connections } = trial;
  context.say('trying slices');
  await cluster.serveWith(instances);
  const requests = await pageViews(context, strategy, connections);
  await cluster.limitCpu('instances', instanceCores);
  try {
    const load = await sendFor(context, requests, PROBE_MS);
    if (load.rps > 0) return load;
    const message = `Slices of ${instanceCores} of a core answer nothing for ${PROBE_MS} ms.`;
    throw new BenchError('REQUEST_FAILED', message);
  } finally {
    await cluster.limitCpu('instances', undefined);
  }
}

/** Less than what Redis spends when it is not held back, so that its slice, and not theirs, is what the instances use up. */
function chooseStoreSlice({ work }: Load): number {
  const spentCores = work.storeCpuMicros / 1000 / work.cpuMs;
  return Number(Math.max(SMALLEST_STORE_SLICE, STORE_SHARE * spentCores).toFixed(4));
}
