import type { Cell, ExperimentResult } from '../contract.js';
import { passesChecks, placeOf } from './cells.js';
import { buildChart, type ChartView } from './chart-view.js';
import { presentationOf } from './experiments/index.js';
import { buildTables, type TableView } from './table-view.js';

export interface CheckTally {
  readonly name: string;
  readonly passed: number;
  readonly cells: number;
}

export interface FailedCheck {
  readonly place: string;
  readonly name: string;
  readonly detail: string;
}

export interface ExperimentView {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  readonly status: ExperimentResult['status'];
  /** Why it was skipped or failed, or what was left out. */
  readonly reason: string | null;
  readonly charts: readonly ChartView[];
  readonly tables: readonly TableView[];
  /** Its share of the answer at the top, or nothing. */
  readonly answer: string;
  readonly means: readonly string[];
  readonly misleads: readonly string[];
  readonly checks: readonly CheckTally[];
  readonly failedChecks: readonly FailedCheck[];
}

function tallyChecks(cells: readonly Cell[]): CheckTally[] {
  const checks = cells.flatMap((cell) => cell.checks);
  return [...new Set(checks.map(({ name }) => name))].map((name) => {
    const ofName = checks.filter((check) => check.name === name);
    return { name, passed: ofName.filter(({ ok }) => ok).length, cells: ofName.length };
  });
}

function listFailedChecks(cells: readonly Cell[]): FailedCheck[] {
  return cells.flatMap(({ factors, checks }) =>
    checks.filter(({ ok }) => !ok).map(({ name, detail }) => ({ place: placeOf(factors), name, detail })),
  );
}

export function buildExperiment(experiment: ExperimentResult): ExperimentView {
  const { id, question, status, reason, cells } = experiment;
  const presentation = presentationOf(experiment);
  const sound = cells.filter(passesChecks);
  return {
    id,
    title: presentation.title,
    question,
    status,
    reason: reason ?? null,
    charts: presentation.charts.flatMap((plan) => buildChart(plan, cells, presentation) ?? []),
    tables: buildTables(cells, presentation),
    answer: presentation.answer(sound).join(' '),
    means: presentation.means(sound),
    misleads: cells.length === 0 ? [] : presentation.misleads,
    checks: tallyChecks(cells),
    failedChecks: listFailedChecks(cells),
  };
}
