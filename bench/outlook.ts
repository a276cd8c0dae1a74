import type { Need } from './claims/needs.js';
import { quote } from './command-line.js';

/** What as many minutes again would decide, for the end of a run; empty where nothing is open. */
export function renderOutlook(needs: readonly Need[], minutes: number, folder: string): string {
  if (needs.length === 0) return '';
  let left = minutes;
  const decided: string[] = [];
  const open: string[] = [];
  for (const { claim, minutes, seconds } of needs) {
    if (minutes === null) open.push(`${claim} (too close to call)`);
    else if (minutes > left || seconds > 60 * left) open.push(`${claim} (about ${minutes})`);
    else {
      left -= minutes;
      decided.push(`${claim} (about ${minutes})`);
    }
  }
  const lines = [
    ...(decided.length > 0 ? [`Another ${minutes} minutes should decide: ${decided.join(', ')}.`] : []),
    ...(open.length > 0 ? [`Another ${minutes} minutes would not decide: ${open.join(', ')}.`] : []),
    ...(decided.length > 0 ? [`Go on with it: npm run bench -- --resume ${quote(folder)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
