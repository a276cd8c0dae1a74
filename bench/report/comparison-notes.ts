import { type ChangedVerdict, isChange, type Place, type RunComparison } from '../results/comparison.js';
import { estimateInWords, formatNumber } from '../words/numbers.js';
import { countOf, factorsInWords } from '../words/text.js';

/** What a reader must know of a comparison; how changes were told from noise only where there are any. */
export function circumstanceNotes(comparison: RunComparison): string[] {
  const isSame = !comparison.numbers.some(isChange) && comparison.verdicts.length === 0;
  return [...listNotes(comparison), ...(isSame ? [] : noiseNotes(comparison))];
}

export function verdictInWords({ statement, before, after }: ChangedVerdict): string {
  return `${statement}: ${before} in A, ${after} in B.`;
}

/** Without a baseline in both runs a faster machine looks like a change of everything. */
export function movedInWords({ numbers, noise: { baseline } }: RunComparison): string {
  if (baseline === null) return 'What the machine moved is not told from it, as no baseline is in both';
  return `${numbers.filter(({ outcome }) => outcome === 'machine').length} moved with the machine`;
}

function listNotes(comparison: RunComparison): string[] {
  const { before, after, undecided, bounds, onlyBefore, onlyAfter, circumstances } = comparison;
  const named = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}: ${items.join('; ')}.`];
  return [
    ...(before.isComplete ? [] : [incomplete('A')]),
    ...(after.isComplete ? [] : [incomplete('B')]),
    ...undecided.map((verdict) => `No contradiction, but ${verdictInWords(verdict)}`),
    ...named('A bound in one of the runs, not compared', bounds.map(placeInWords)),
    ...named('Only in A', onlyBefore.map(placeInWords)),
    ...named('Only in B', onlyAfter.map(placeInWords)),
    ...machineNotes(comparison),
    ...named(
      'Not the same in A and B',
      circumstances.map(({ name, before, after }) => `${name} ${before ?? 'none'}, ${after ?? 'none'}`),
    ),
  ];
}

function incomplete(name: string): string {
  return `${name} was interrupted: what it has is compared.`;
}

function placeInWords({ claim, factors, label }: Place): string {
  const subject = label === undefined ? claim : `${claim}, ${label}`;
  return factors === undefined ? subject : `${subject} with ${factorsInWords(factors)}`;
}

/** What the machine moved is told also where nothing else changed: it may be a change of what all strategies share. */
function machineNotes({ numbers, noise: { baseline } }: RunComparison): string[] {
  if (baseline === null) return [];
  const moved = numbers.filter(({ outcome }) => outcome === 'machine').length;
  if (moved === 0 && baseline.low <= 1 && baseline.high >= 1) return [];
  return [
    `The reply without authentication costs ${estimateInWords(baseline)} times the CPU in B. The machine moved that, or what ` +
      `all strategies share: what moved with it (${countOf(moved, 'number')}) is not called a change.`,
  ];
}

function noiseNotes({ noise: { threshold, baseline } }: RunComparison): string[] {
  const percent = formatNumber(Math.ceil(1000 * (threshold ?? 0)) / 10);
  return [
    threshold === null
      ? 'No A/A control is in both runs: times are told apart by their intervals alone.'
      : `Times that differ by less than ${percent} % are the same, by the A/A controls of both runs.`,
    ...(baseline === null ? ['No baseline is in both runs: times may have changed with the machine.'] : []),
  ];
}
