import type { ProtocolName } from '../contract.js';
import { battery } from './battery.js';
import { failover } from './failover.js';
import { offeredLoad } from './offered-load.js';
import { population } from './population.js';
import type { Protocol } from './protocol.js';
import { race } from './race.js';
import { replication } from './replication.js';
import { saturation } from './saturation.js';
import { storm } from './storm.js';
import { timeline } from './timeline.js';
import { visits } from './visits.js';

/** The ways of measuring, by the name that rounds bear. */
export const PROTOCOLS: { readonly [P in ProtocolName]: Protocol<P> } = {
  visits,
  saturation,
  'offered-load': offeredLoad,
  timeline,
  battery,
  race,
  population,
  storm,
  failover,
  replication,
};
