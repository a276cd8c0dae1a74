/** What it takes that every instance holds every session. */
import type { Factors, ReplicationRound } from '../contract.js';
import { meanQuantity, pairedQuantity, ratioQuantity, shareQuantity } from './kinds.js';
import { pairBySweep } from './pairs.js';
import type { CellRef, MeasurementRef, Quantity } from './quantity.js';

type Replication = MeasurementRef<'replication'>;

/** From one instance to another, acknowledgements left out. */
export const messagesPerLogin = perLogin('messagesPerLogin', 'messages per login', 'messages', 'messages');
/** Between instances, before encryption, acknowledgements included. */
export const replicationBytesPerLogin = perLogin(
  'replicationBytesPerLogin',
  'bytes between instances per login',
  'bytes',
  'bytes',
);
/** Of all instances together. */
export const meshCpuMicrosPerLogin = perLogin(
  'meshCpuMicrosPerLogin',
  'CPU of all instances per login',
  'µs',
  'cpuMicros',
);

function perLogin(metric: string, label: string, unit: string, of: 'messages' | 'bytes' | 'cpuMicros') {
  return (measurement: Replication, factors: Factors): Quantity => {
    const cell: CellRef<'replication'> = { measurement, factors };
    return ratioQuantity({ metric, label, unit, factors, cells: [cell] }, (evidence) =>
      evidence.rounds(cell).map((round) => ({ amount: round[of], count: round.logins })),
    );
  };
}

/** Messages of a login, by those with fewer instances, in rounds of the same sweep. */
export function messagesGrowth(measurement: Replication, factors: Factors, base: Factors): Quantity {
  const [cell, baseCell] = [factors, base].map((at): CellRef<'replication'> => ({ measurement, factors: at })) as [
    CellRef<'replication'>,
    CellRef<'replication'>,
  ];
  const label = `messages per login by those with ${base.instances} instances`;
  const described = { metric: 'messagesGrowth', label, factors: { ...factors, against: base.instances ?? '' } };
  const each = ({ messages, logins }: ReplicationRound) => messages / logins;
  return pairedQuantity({ ...described, cells: [cell, baseCell] }, (evidence) =>
    pairBySweep(evidence.rounds(cell), evidence.rounds(baseCell)).map(({ ours, theirs }) => ({
      ours: each(ours),
      theirs: each(theirs),
    })),
  );
}

/** Share of reads at the next instance, right after the reply to the login, that do not know the user. */
export function staleReadsRatio(measurement: Replication, factors: Factors): Quantity {
  const cell: CellRef<'replication'> = { measurement, factors };
  const described = { metric: 'staleReadsRatio', label: 'stale reads right after a login', factors, cells: [cell] };
  return shareQuantity(described, (evidence) =>
    evidence.rounds(cell).map(({ stale, reads }) => [{ successes: stale, trials: reads }]),
  );
}

/** From the reply to the login until every instance was seen to know the session, in ms: the longest of a round. */
export function latestKnownMs(measurement: Replication, factors: Factors): Quantity {
  const cell: CellRef<'replication'> = { measurement, factors };
  const described = { metric: 'latestKnownMs', label: 'until all instances know, the longest', unit: 'ms' };
  return meanQuantity({ ...described, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map((round) => round.latestKnownMs),
  );
}
