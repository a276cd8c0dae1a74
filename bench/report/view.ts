import { type Judgement, judgeAll } from '../claims/judge.js';
import { type Results, VERDICTS } from '../contract.js';
import { formatDate } from '../words/numbers.js';
import { cleanResults, countOf, joinWords } from '../words/text.js';
import { type ChecksView, countSetAside, viewChecks } from './checks.js';
import { buildClaim, type ClaimView } from './claim-view.js';
import { buildProjection, type ProjectionView } from './projection/projection-view.js';
import { type FactGroup, listProvenance } from './provenance.js';
import { repeatCommand } from './repeat-command.js';

/** Claims of a group that were not measured for the same reason. */
export interface OpenGroup {
  readonly group: string;
  readonly because: string;
  readonly claims: readonly Pick<Judgement, 'id' | 'statement'>[];
}

/** Everything a report says, in the order it says it, with every number in words. Renderers only lay it out. */
export interface ReportView {
  readonly run: { readonly id: string; readonly startedAt: string; readonly repeat: string };
  /** What a reader must know before trusting anything below. */
  readonly notices: readonly string[];
  /** "Of 42 claims 11 were measured: 7 true, 2 false and 2 inconclusive." */
  readonly count: string;
  readonly claims: readonly ClaimView[];
  readonly open: readonly OpenGroup[];
  /** Null where the run measured nothing that can be projected. */
  readonly projection: ProjectionView | null;
  readonly checks: ChecksView;
  readonly provenance: readonly FactGroup[];
}

export function buildView(foreign: Results, judgements = judgeAll(cleanResults(foreign))): ReportView {
  const results = cleanResults(foreign);
  const { run, rounds } = results;
  const measured = judgements.filter(({ verdict }) => verdict !== 'not measured');
  return {
    run: { id: run.id, startedAt: formatDate(run.startedAt), repeat: repeatCommand(run) },
    notices: listNotices(results),
    count: countVerdicts(measured, judgements.length),
    claims: measured.map((judgement) => buildClaim(judgement, results)),
    open: groupOpen(judgements),
    projection: buildProjection(judgements),
    checks: viewChecks(rounds),
    provenance: listProvenance(results),
  };
}

function countVerdicts(measured: readonly Judgement[], all: number): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: measured.filter((one) => one.verdict === verdict).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`);
  const were = measured.length === 1 ? 'was' : 'were';
  const lead = `Of ${countOf(all, 'claim')} ${measured.length === 0 ? 'none' : measured.length} ${were} measured`;
  return counts.length === 0 ? `${lead}.` : `${lead}: ${joinWords(counts)}.`;
}

function groupOpen(judgements: readonly Judgement[]): OpenGroup[] {
  const open = judgements.filter(({ verdict }) => verdict === 'not measured');
  const groups = new Map<string, Judgement[]>();
  for (const claim of open) {
    const key = `${claim.group} / ${claim.because}`;
    groups.set(key, [...(groups.get(key) ?? []), claim]);
  }
  return [...groups.values()].map((claims) => ({
    group: claims[0]?.group ?? '',
    because: claims[0]?.because ?? '',
    claims: claims.map(({ id, statement }) => ({ id, statement })),
  }));
}

function listNotices({ context, plan, rounds, end }: Results): string[] {
  const setAside = countSetAside(rounds);
  return [
    ...(end?.status === 'complete' ? [] : ['The run was interrupted: this is what it had measured until then.']),
    ...(plan === null ? ['It ended before it was planned, so no claim was measured.'] : []),
    ...(context?.redis === null
      ? ['No Redis server was found. What needs one was not measured: see the claims that were not measured.']
      : []),
    ...(setAside > 0
      ? [`${setAside} of ${countOf(rounds.length, 'round')} failed a check and take no part in any number.`]
      : []),
  ];
}
