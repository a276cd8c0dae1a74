import { createLeastConnections } from './least-connections.js';
import type { PolicyFactory } from './policy.js';
import { createRendezvous } from './rendezvous.js';
import { createRoundRobin } from './round-robin.js';
import { createTwoChoices } from './two-choices.js';
import { createWeightedRoundRobin } from './weighted-round-robin.js';

/** Every policy by the name it is configured with. */
export const POLICIES: Readonly<Record<string, PolicyFactory>> = {
  'round-robin': createRoundRobin,
  'weighted-round-robin': createWeightedRoundRobin,
  'least-connections': createLeastConnections,
  'two-choices': createTwoChoices,
  rendezvous: createRendezvous,
};
