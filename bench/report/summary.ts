import type { JudgedEstimate, Judgement } from '../claims/judge.js';
import { type Results, SUMMARY_SCHEMA, type Summary, type SummaryEstimate } from '../contract.js';
import { failedChecks, passedChecks } from './checks.js';

/** What a run found, for machines. */
export function buildSummary({ run, context, rounds, end }: Results, judgements: readonly Judgement[]): Summary {
  return {
    schema: SUMMARY_SCHEMA,
    run: {
      id: run.id,
      seed: run.seed,
      minutes: run.minutes,
      status: end?.status === 'complete' ? 'complete' : 'interrupted',
      context: context && withoutKind(context),
    },
    claims: judgements.map(({ id, group, verdict, finding, because, estimates }) => ({
      id,
      group,
      verdict,
      finding,
      because,
      estimates: finiteEstimates(estimates).map(summarise),
    })),
    checks: { passed: passedChecks(rounds), failed: failedChecks(rounds) },
  };
}

/** A number that came out of a division by nothing is none: neither pages nor files show it. */
export function finiteEstimates(estimates: readonly JudgedEstimate[]): JudgedEstimate[] {
  return estimates
    .filter(({ value, low, high, n }) => [value, low, high].every(Number.isFinite) && n >= 1)
    .map(({ predicted, agrees, ...estimate }) => ({
      ...estimate,
      ...(predicted !== undefined && Number.isFinite(predicted) ? { predicted } : {}),
      ...(agrees !== undefined && Number.isFinite(predicted) ? { agrees } : {}),
    }));
}

function summarise({
  metric,
  factors,
  value,
  low,
  high,
  n,
  unit,
  bound,
  predicted,
  decided,
}: JudgedEstimate): SummaryEstimate {
  const prediction = predicted === undefined ? {} : { predicted };
  return { metric, factors, value, low, high, n, unit, ...(bound && { bound }), ...prediction, decided };
}

function withoutKind<T extends { readonly kind: string }>({ kind: _kind, ...rest }: T): Omit<T, 'kind'> {
  return rest;
}
