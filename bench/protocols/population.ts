import { freemem } from 'node:os';
import { HEADERS, type InstanceStats, OPS, type StrategyName } from '../../services/contract.js';
import type { Aside } from '../cluster/cluster.js';
import { postJson } from '../cluster/http.js';
import type { Check, Factors, PopulationRound, PopulationSettings } from '../contract.js';
import { needsRedis } from '../strategies.js';
import { mintSessions } from './minted-sessions.js';
import { affordable, POPULATION_SETTINGS } from './populations.js';
import type { Protocol, ProtocolContext } from './protocol.js';
import { beginRound } from './round-head.js';
import { sweepsOf } from './sweeps.js';

/** Of the wanted number: a line through so many points shows whether it is one. */
const SIZES = [0.25, 0.5, 0.75, 1] as const;
/** Begun first, so that what is compiled for them is no part of what sessions take. */
const FIRST_SESSIONS = 500;
const DATABASE = 1;
/** To start an instance, and to begin so many sessions in a second. */
const START_SECONDS = 1.8;
const SESSIONS_PER_SECOND = 15_000;

/** More and more sessions at an instance of their own, and what they take. */
export const population: Protocol<'population'> = {
  // What a session takes hardly differs from round to round.
  leastSweeps: 3,
  requires: (_, { strategy }) => [
    'instances with settings of their own',
    ...(needsRedis(strategy) ? (['a Redis of its own'] as const) : []),
  ],
  seconds: ({ sessions }, cells) => ({
    setup: 0,
    sweep: cells.length * (START_SECONDS + sessions / SESSIONS_PER_SECOND),
  }),
  async *measure({ key, settings, cells }, context) {
    yield* sweepsOf(cells, context, (factors, sweep) => {
      context.say(`${factors.strategy}, ${settings.sessions} sessions`);
      return measureRound(key, settings, { factors, sweep }, context);
    });
  },
};

async function measureRound(
  key: string,
  { sessions: wanted }: PopulationSettings,
  { factors, sweep }: { readonly factors: Factors; readonly sweep: number },
  { cluster }: ProtocolContext,
): Promise<PopulationRound> {
  const strategy = factors.strategy as StrategyName;
  const store = needsRedis(strategy) ? cluster.spareStore(DATABASE) : undefined;
  const { sessions, cappedBecause } = affordable(wanted, freemem());
  const finish = beginRound(key, factors, sweep);
  await store?.empty();
  const settings = { ...POPULATION_SETTINGS, ...store?.settings, STRATEGIES: strategy };
  const aside = await cluster.startAside('instance', settings);
  try {
    const { url } = aside;
    const { benchToken } = cluster;
    let [begun, held] = [0, null as number | null];
    const begin = async (until: number) => {
      await mintSessions({ url, benchToken, strategy }, until - begun);
      begun = until;
      return collect(aside, benchToken);
    };
    await begin(Math.min(FIRST_SESSIONS, Math.round(SIZES[0] * sessions)));
    const readings: PopulationRound['readings'] = [];
    for (const size of SIZES) {
      const { memory, strategies } = await begin(Math.round(size * sessions));
      held = strategies[strategy]?.sessions ?? null;
      const storeBytes = store ? await cluster.readStoreBytes() : null;
      readings.push({ sessions: begun, instanceBytes: memory.heapUsedBytes + memory.externalBytes, storeBytes });
    }
    return { protocol: 'population', ...finish([checkHeld(begun, held)]), readings, cappedBecause };
  } finally {
    await aside.stop();
    await store?.empty();
  }
}

function collect({ opsUrl }: Aside, benchToken: string): Promise<InstanceStats> {
  return postJson<InstanceStats>(`${opsUrl}${OPS.collect}`, {}, { [HEADERS.benchToken]: benchToken });
}

function checkHeld(begun: number, held: number | null): Check {
  return {
    name: 'all sessions are held',
    ok: held === null || held === begun,
    detail: held === null ? `${begun} begun, not held by the instance` : `${held} held of ${begun} that were begun`,
  };
}
