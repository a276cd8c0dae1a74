import type { PolicyFactory } from './policy.js';
import { createRoundRobin } from './round-robin.js';

/** Every policy by the name it is configured with. */
export const POLICIES: Readonly<Record<string, PolicyFactory>> = {
  'round-robin': createRoundRobin,
};
