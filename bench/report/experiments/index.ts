import type { ExperimentResult } from '../../contract.js';
import type { Presentation } from '../presentation.js';
import { balancerCost } from './balancer-cost.js';
import { fallbackPresentation } from './fallback.js';
import { loadLatency } from './load-latency.js';
import { mismatch } from './mismatch.js';
import { reloginStorm } from './relogin-storm.js';
import { requestCost } from './request-cost.js';
import { scaling } from './scaling.js';
import { stickySkew } from './sticky-skew.js';
import { storeCeiling } from './store-ceiling.js';

const PRESENTATIONS: ReadonlyMap<string, Presentation> = new Map([
  ['balancer-cost', balancerCost],
  ['mismatch', mismatch],
  ['relogin-storm', reloginStorm],
  ['request-cost', requestCost],
  ['scaling', scaling],
  ['sticky-skew', stickySkew],
  ['load-latency', loadLatency],
  ['store-ceiling', storeCeiling],
]);

export function presentationOf({ id, cells }: ExperimentResult): Presentation {
  return PRESENTATIONS.get(id) ?? fallbackPresentation(id, cells);
}
