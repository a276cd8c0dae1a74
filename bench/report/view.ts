import { type Context, type Results, type Run, VERDICTS, type Verdict } from '../contract.js';
import { buildClaim, type ClaimView } from './claim-view.js';
import { buildExperiment, type ExperimentView } from './experiment-view.js';
import { formatBytes, formatDuration } from './numbers.js';
import { buildProjection, type ProjectionView } from './projection/projection-view.js';
import { repeatCommand } from './repeat-command.js';
import { cleanResults, countOf, joinWords, wordsOf } from './text.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** Everything a report says, in the order it says it, with every number in words. Renderers only lay it out. */
export interface ReportView {
  readonly run: { readonly id: string; readonly profile: string; readonly startedAt: string; readonly repeat: string };
  /** What a reader must know before trusting anything below. */
  readonly notices: readonly string[];
  /** Paragraphs. */
  readonly answer: readonly string[];
  readonly claims: readonly ClaimView[];
  readonly experiments: readonly ExperimentView[];
  /** Null where the run measured nothing that can be projected. */
  readonly projection: ProjectionView | null;
  readonly provenance: readonly FactGroup[];
}

const VERB: Readonly<Record<Verdict, (count: number) => string>> = {
  holds: (count) => (count === 1 ? '1 holds' : `${count} hold`),
  fails: (count) => (count === 1 ? '1 fails' : `${count} fail`),
  depends: (count) => (count === 1 ? '1 depends' : `${count} depend`),
  'not measured': (count) => (count === 1 ? '1 was not measured' : `${count} were not measured`),
};

function countVerdicts(claims: readonly ClaimView[]): string {
  if (claims.length === 0) return 'No claim was put to the test.';
  const counts = VERDICTS.map((verdict) => ({ verdict, count: claims.filter((c) => c.verdict === verdict).length }));
  const parts = counts.filter(({ count }) => count > 0).map(({ verdict, count }) => VERB[verdict](count));
  return `Of ${countOf(claims.length, 'claim')}, ${joinWords(parts)}.`;
}

function listNotices({ run, context, experiments }: Results): string[] {
  const failed = experiments.filter(({ status }) => status === 'failed').map(({ id }) => id);
  const excluded = experiments.flatMap(({ cells }) => cells).filter((cell) => cell.checks.some(({ ok }) => !ok)).length;
  return [
    ...(run.status === 'interrupted'
      ? ['This run was interrupted. The report shows what was measured until then; the rest is missing.']
      : []),
    ...(failed.length > 0 ? [`${countOf(failed.length, 'experiment')} failed: ${joinWords(failed)}.`] : []),
    ...(excluded > 0
      ? [`${countOf(excluded, 'cell')} failed a check of the measurement and took no part in the verdicts.`]
      : []),
    ...(context.redis === null
      ? ['No Redis server was found. What needs one was not measured: see the experiments for what was left out.']
      : []),
  ];
}

function describeRun(run: Run): Fact[] {
  const duration = run.resumedAt === undefined ? formatDuration(run.startedAt, run.finishedAt) : null;
  return [
    { name: 'Name', value: run.id },
    { name: 'Started', value: run.startedAt },
    ...(run.resumedAt === undefined ? [] : [{ name: 'Resumed', value: run.resumedAt }]),
    { name: 'Finished', value: run.finishedAt ?? 'not finished' },
    ...(duration === null ? [] : [{ name: 'Duration', value: duration }]),
    { name: 'Profile', value: run.profile },
    { name: 'Seed', value: String(run.seed) },
    { name: 'Command', value: run.command },
  ];
}

function describeMachine(context: Context): Fact[] {
  return [
    { name: 'Processor', value: `${context.cpuModel}, ${countOf(context.cores, 'core')}` },
    { name: 'Memory', value: formatBytes(context.memoryBytes) },
    { name: 'System', value: context.os },
    { name: 'Node.js', value: context.node },
    { name: 'Redis', value: context.redis ?? 'none' },
    { name: 'PostgreSQL', value: context.postgres ?? 'none' },
    { name: 'Cluster', value: context.cluster },
    { name: 'CPU limit of an instance', value: context.cpuQuota ?? 'none' },
    ...factsOf(context.settings ?? {}, (name) => name),
    { name: 'Commit', value: context.commit ?? 'not a checkout' },
  ];
}

function factsOf(record: Readonly<Record<string, string | number>>, nameOf: (key: string) => string): Fact[] {
  return Object.entries(record).map(([key, value]) => ({ name: nameOf(key), value: String(value) }));
}

export function buildView(foreign: Results): ReportView {
  const results = cleanResults(foreign);
  const { run, context } = results;
  const claims = results.claims.map((claim) => buildClaim(claim, results));
  const experiments = results.experiments.map(buildExperiment);
  const groups = [
    { title: 'Run', facts: describeRun(run) },
    { title: 'Machine', facts: describeMachine(context) },
    { title: 'Load', facts: factsOf(context.load, wordsOf) },
    { title: 'Versions', facts: factsOf(context.versions, (name) => name) },
  ];
  return {
    run: { id: run.id, profile: run.profile, startedAt: run.startedAt, repeat: repeatCommand(run) },
    notices: listNotices(results),
    answer: [countVerdicts(claims), ...experiments.map(({ answer }) => answer).filter((sentence) => sentence !== '')],
    claims,
    experiments,
    projection: buildProjection(results),
    provenance: groups.filter(({ facts }) => facts.length > 0),
  };
}
