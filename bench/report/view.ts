import type { StrategyName } from '../../services/contract.js';
import { type Judgement, judgeAll } from '../claims/judge.js';
import { type Results, VERDICTS, type Verdict } from '../contract.js';
import { comparedOf } from '../strategies.js';
import { formatDate } from '../words/numbers.js';
import { cleanResults, countOf, joinWords } from '../words/text.js';
import { type ChecksView, countSetAside, viewChecks } from './checks.js';
import { buildClaim, type ClaimView } from './claim-view.js';
import { cut } from './columns.js';
import { summaryAsCsv } from './csv.js';
import { buildReach, type CurveView } from './curve-view.js';
import { buildClinic, type ClinicView } from './overview/clinic.js';
import { type Advice, buildGuide } from './overview/guide.js';
import { buildMatrix, type MatrixView } from './overview/matrix.js';
import { buildTitle, type TitleView } from './overview/title.js';
import { buildProjection, type ProjectionView } from './projection/projection-view.js';
import { type FactGroup, listProvenance } from './provenance.js';
import { repeatCommand } from './repeat-command.js';
import { buildSummary, finiteEstimates } from './summary.js';
import { assignTerms } from './terms.js';

/** Claims of a group that were not measured for the same reason. */
export interface OpenGroup {
  readonly group: string;
  readonly because: string;
  readonly claims: readonly Pick<Judgement, 'id' | 'statement'>[];
}

/** A claim of the ledger, in a word. */
export interface ChipView {
  readonly id: string;
  readonly statement: string;
  readonly verdict: Verdict;
}

export interface ChipGroup {
  readonly group: string;
  readonly chips: readonly ChipView[];
}

/** Everything a report says, in the order it says it, with every number in words. Renderers only lay it out. */
export interface ReportView extends TitleView {
  readonly run: { readonly id: string; readonly startedAt: string; readonly repeat: string };
  /** What a reader must know before trusting anything below. */
  readonly notices: readonly string[];
  /** "Of 42 claims 11 were measured: 7 true, 2 false and 2 inconclusive." */
  readonly count: string;
  /** Null where the run has no number for it. */
  readonly matrix: MatrixView | null;
  readonly reach: CurveView | null;
  readonly ledger: readonly ChipGroup[];
  /** "8 claims: not built yet". */
  readonly reasons: readonly string[];
  /** "2 cores of …, 25 minutes, seed 51". */
  readonly machine: string;
  readonly guide: readonly Advice[];
  readonly clinic: ClinicView;
  readonly claims: readonly ClaimView[];
  readonly open: readonly OpenGroup[];
  /** Null where the run measured nothing that can be projected. */
  readonly projection: ProjectionView | null;
  readonly checks: ChecksView;
  readonly provenance: readonly FactGroup[];
  /** Every number, as a table for other programs (RFC 4180). */
  readonly csv: string;
}

export function buildView(foreign: Results, judgements = judgeAll(cleanResults(foreign))): ReportView {
  const results = cleanResults(foreign);
  const { run, rounds, plan } = results;
  const summary = buildSummary(results, judgements);
  const measured = judgements.filter(({ verdict }) => verdict !== 'not measured');
  const terms = assignTerms(measured);
  const open = groupOpen(judgements);
  const strategies = plan?.strategies ?? [];
  return {
    ...buildTitle(comparedOf(strategies as StrategyName[]), summary),
    run: { id: run.id, startedAt: formatDate(run.startedAt), repeat: repeatCommand(run) },
    notices: listNotices(results),
    count: countVerdicts(measured, judgements.length),
    matrix: buildMatrix(strategies, summary),
    reach: buildReach(finiteEstimates(judgements.flatMap(({ estimates }) => estimates))),
    ledger: groupLedger(judgements),
    reasons: countReasons(open),
    machine: describeMachine(results),
    guide: buildGuide(strategies, summary),
    clinic: buildClinic(summary),
    claims: measured.map((judgement) => buildClaim(judgement, results, terms.get(judgement.id) ?? [])),
    open,
    projection: buildProjection(judgements),
    checks: viewChecks(rounds),
    provenance: listProvenance(results),
    csv: summaryAsCsv(summary),
  };
}

function groupLedger(judgements: readonly Judgement[]): ChipGroup[] {
  return [...new Set(judgements.map(({ group }) => group))].map((group) => ({
    group,
    chips: judgements
      .filter((one) => one.group === group)
      .map(({ id, statement, verdict }) => ({ id, statement, verdict })),
  }));
}

/** Why claims were not measured, each reason once; those that need more minutes together, with the most. */
function countReasons(open: readonly OpenGroup[]): string[] {
  const minutesIn = (because: string) => Number(/^needs ([\d.]+) minutes/.exec(because)?.[1] ?? 0);
  const [late, others] = [
    open.filter(({ because }) => minutesIn(because) > 0),
    open.filter(({ because }) => minutesIn(because) === 0),
  ];
  const most = Math.max(...late.map(({ because }) => minutesIn(because)));
  const reasons = [...new Set(others.map(({ because }) => because))].map((because) => ({
    because,
    claims: others.filter((one) => one.because === because).flatMap((one) => one.claims),
  }));
  const needing = {
    because: `up to ${most} minutes are needed (--minutes)`,
    claims: late.flatMap(({ claims }) => claims),
  };
  return [...(late.length > 0 ? [needing] : []), ...reasons].map(
    ({ because, claims }) =>
      `${claims.length <= MOST_NAMED ? joinWords(claims.map(({ id }) => id)) : countOf(claims.length, 'claim')}: ${cut(because, MOST_LETTERS)}`,
  );
}

/** Of a reason: in full it stands with the claims that were not measured. */
const MOST_LETTERS = 90;

/** More claims than this with the same reason are counted, not named. */
const MOST_NAMED = 6;

function describeMachine({ run, context }: Results): string {
  return [
    ...(context ? [`${countOf(context.cores, 'core')} of ${context.cpuModel}`, `Node.js ${context.node}`] : []),
    countOf(run.minutes, 'minute'),
    `seed ${run.seed}`,
  ].join(', ');
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
