import type { Experiment } from './experiment.js';
import { loadLatency } from './load-latency.js';
import { mismatch } from './mismatch.js';
import { reloginStorm } from './relogin-storm.js';
import { requestCost } from './request-cost.js';
import { scaling } from './scaling.js';
import { stickySkew } from './sticky-skew.js';
import { storeCeiling } from './store-ceiling.js';

/** In the order in which a run goes through them. */
export const EXPERIMENTS: readonly Experiment[] = [
  mismatch,
  reloginStorm,
  requestCost,
  scaling,
  storeCeiling,
  loadLatency,
  stickySkew,
];
