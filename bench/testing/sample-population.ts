import { STRATEGIES, type StrategyName } from '../../services/contract.js';
import type { PopulationRound } from '../contract.js';
import { lognormal, type Simulation } from './simulation.js';

const SIZES = [0.25, 0.5, 0.75, 1];
/** Of an instance and a Redis that hold no session. */
const EMPTY_BYTES = { instance: 25_000_000, store: 1_000_000 } as const;
/** What a session takes hardly differs from round to round. */
const SHARE_OF_NOISE = 0.2;

export function samplePopulation({ strategy, truth, random, head, measurement }: Simulation): PopulationRound {
  const wanted = Number(measurement.settings.sessions);
  const holds = (holder: 'instance' | 'store') => {
    const bytes = truth.sessionBytes[holder][strategy] ?? 0;
    const each = bytes * lognormal(random, SHARE_OF_NOISE * truth.noise);
    return (sessions: number) => Math.round(EMPTY_BYTES[holder] + each * sessions);
  };
  const [inInstance, inStore] = [holds('instance'), holds('store')];
  const hasStore = STRATEGIES[strategy as StrategyName]?.needs.includes('redis');
  return {
    ...head,
    protocol: 'population',
    readings: SIZES.map((size) => {
      const sessions = Math.round(size * wanted);
      return { sessions, instanceBytes: inInstance(sessions), storeBytes: hasStore ? inStore(sessions) : null };
    }),
    cappedBecause: null,
  };
}
