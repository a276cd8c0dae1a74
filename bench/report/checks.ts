import { isSound } from '../claims/evidence.js';
import type { Round, Summary } from '../contract.js';
import { countOf, factorsInWords } from '../words/text.js';

export type FailedCheck = Summary['checks']['failed'][number];

export interface ChecksView {
  /** "1,204 checks were passed, 3 failed, in 2 of 120 rounds, which take no part in any number." */
  readonly summary: string;
  readonly failed: readonly string[];
}

export function passedChecks(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { checks }) => sum + checks.filter(({ ok }) => ok).length, 0);
}

export function failedChecks(rounds: readonly Round[]): FailedCheck[] {
  return rounds.flatMap(({ checks, factors, protocol, sweep }) =>
    checks
      .filter(({ ok }) => !ok)
      .map(({ name, detail }) => ({ name, factors: { ...factors, protocol, sweep }, detail })),
  );
}

export function countSetAside(rounds: readonly Round[]): number {
  return rounds.filter((round) => !isSound(round)).length;
}

export function viewChecks(rounds: readonly Round[]): ChecksView {
  const failed = failedChecks(rounds);
  const counts = `Rounds check their own arithmetic. ${countOf(passedChecks(rounds), 'check')} passed, ${failed.length} failed.`;
  const setAside = countSetAside(rounds);
  const consequence = `${setAside} of ${countOf(rounds.length, 'round')} are set aside and take no part in any number.`;
  return {
    summary: setAside === 0 ? counts : `${counts} ${consequence}`,
    failed: failed.map(({ name, factors, detail }) => `${factorsInWords(factors)}: ${name}. ${detail}`),
  };
}
