/** What it takes that every instance holds every session. */
import type { Factors, ReplicationRound } from '../contract.js';
import { meanQuantity, pairedQuantity, ratioQuantity, shareQuantity, unitsOf } from './kinds.js';
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

/** Share of logins that some instance does not know when it is asked right after the reply. */
export function staleRatio(measurement: Replication, factors: Factors): Quantity {
  const cell: CellRef<'replication'> = { measurement, factors };
  const described = { metric: 'staleRatio', label: 'logins not known everywhere at once', factors, cells: [cell] };
  return shareQuantity(described, (evidence) => evidence.rounds(cell).map(({ stale, asked }) => unitsOf(stale, asked)));
}

/** From the reply to a login until the last instance knows it, in ms: the longest of a round; 0 where all knew it when they were asked. */
export function longestStaleMs(measurement: Replication, factors: Factors): Quantity {
  const cell: CellRef<'replication'> = { measurement, factors };
  const described = { metric: 'longestStaleMs', label: 'some instance does not know a login, the longest', unit: 'ms' };
  return meanQuantity({ ...described, factors, cells: [cell] }, (evidence) =>
    evidence.rounds(cell).map((round) => round.longestStaleMs),
  );
}
