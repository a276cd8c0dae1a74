import { Pool } from 'undici';
import type { Cluster } from '../cluster/cluster.js';
import type { Factors, ProtocolName, RoundOf, SettingsOf } from '../contract.js';
import type { MeasurementRef } from '../metrics/quantity.js';
import type { Protocol, ProtocolContext } from '../protocols/protocol.js';
import { faultOf } from '../results/record.js';
import { createRandom } from '../stats/prng.js';

export interface MeasuringOptions
  extends Partial<Pick<ProtocolContext, 'firstSweep' | 'calibrate' | 'signal' | 'pool' | 'isWarm'>> {
  readonly sweeps?: number;
  readonly seed?: number;
}

/** Rounds of so many sweeps of a protocol on a cluster. The protocol is left before it is returned from. */
export async function measureOn<P extends ProtocolName>(
  cluster: Cluster,
  { protocol, measurement, cells }: Measured<P>,
  { sweeps = 1, seed = 7, ...given }: MeasuringOptions = {},
): Promise<RoundOf<P>[]> {
  const pool = new Pool(cluster.url, { connections: 64 });
  const { key, settings } = measurement;
  const generator = protocol.measure(
    { key, settings: settings as SettingsOf[P], cells },
    {
      cluster,
      pool,
      strategies: cluster.strategies,
      signal: new AbortController().signal,
      isWarm: false,
      firstSweep: 0,
      random: (label) => createRandom(seed, `${key}/${label}`),
      calibrate: (measure) => measure(),
      say: () => {},
      ...given,
    },
  );
  const rounds: RoundOf<P>[] = [];
  try {
    for (let sweep = 0; sweep < sweeps; sweep++) rounds.push(...((await generator.next()).value ?? []));
    await generator.return(undefined);
    return rounds;
  } finally {
    await pool.destroy();
  }
}

export interface Measured<P extends ProtocolName> {
  readonly protocol: Protocol<P>;
  readonly measurement: MeasurementRef<P>;
  readonly cells: readonly Factors[];
}

/** What the result file would refuse of these rounds. */
export function faultsOf(rounds: readonly object[]): string[] {
  return rounds.flatMap((round) => faultOf(round) ?? []);
}

/** What becomes of these on a busy machine, where one process sends and answers, tells nothing about a protocol. */
const OF_THIS_MACHINE = [
  'enough requests',
  'generator has room',
  'one window for all counts',
  'schedule kept',
  'X · R ≤ connections',
];

/** Checks of these rounds that are not ok, in words. */
export function failedChecksOf(rounds: readonly RoundOf<ProtocolName>[]): string[] {
  return rounds.flatMap(({ checks }) =>
    checks
      .filter(({ name, ok }) => !ok && !OF_THIS_MACHINE.includes(name))
      .map(({ name, detail }) => `${name}: ${detail}`),
  );
}
