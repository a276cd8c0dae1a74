import type { ExperimentResult } from '../../contract.js';
import type { Presentation } from '../presentation.js';
import { fallbackPresentation } from './fallback.js';
import { mismatch } from './mismatch.js';
import { reloginStorm } from './relogin-storm.js';
import { requestCost } from './request-cost.js';

const PRESENTATIONS: ReadonlyMap<string, Presentation> = new Map([
  ['mismatch', mismatch],
  ['relogin-storm', reloginStorm],
  ['request-cost', requestCost],
]);

export function presentationOf({ id, cells }: ExperimentResult): Presentation {
  return PRESENTATIONS.get(id) ?? fallbackPresentation(id, cells);
}
