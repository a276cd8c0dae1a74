import { Compile } from 'typebox/compile';
import { type ExperimentResult, Results, SCHEMA_ID } from '../contract.js';

const validator = Compile(Results);

/** @returns what does not fit the schema, with its place, or undefined where all does. */
export function describeInvalid(value: unknown): string | undefined {
  if (validator.Check(value)) return undefined;
  const [error] = validator.Errors(value);
  return `${error?.instancePath || '/'} ${error?.message ?? 'is not valid'}`;
}

/** What every results file begins with. */
export const FIRST_LINE = `{"schema":${JSON.stringify(SCHEMA_ID)},\n`;

/** JSON with one record on each line (run, context, an experiment's head, a cell, a claim), so that a cut file loses one at most. */
export function formatResults({ run, context, experiments, claims }: Results): string {
  return [
    FIRST_LINE,
    `"run":${JSON.stringify(run)},\n`,
    `"context":${JSON.stringify(context)},\n`,
    `"experiments":[\n${listed(experiments.map(formatExperiment))}],\n`,
    `"claims":[\n${listed(claims.map((claim) => JSON.stringify(claim)))}]}\n`,
  ].join('');
}

function formatExperiment({ cells, ...head }: ExperimentResult): string {
  return `${JSON.stringify(head).slice(0, -1)},"cells":[\n${listed(cells.map((cell) => JSON.stringify(cell)))}]}`;
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? '' : `${items.join(',\n')}\n`;
}

const WITHIN_EXPERIMENT = ']}],"claims":[]}';

/** What completes a file that ends with a whole record. What adds least comes first: the others might replace what is there. */
const ENDINGS = ['}', ']}', ',"claims":[]}', '],"claims":[]}', WITHIN_EXPERIMENT, ',"experiments":[],"claims":[]}'];

/**
 * What a results file held, of which only the beginning is left, up to the last record that is whole. It is interrupted,
 * and so is an experiment whose end is missing: its cells may be more than were left.
 * @returns undefined where run and context are not whole.
 */
export function readWholeRecords(text: string): Results | undefined {
  const whole = wholeLines(text).join('\n').replace(/,$/, '');
  for (const ending of ENDINGS) {
    const results = tryParse(whole + ending);
    if (!validator.Check(results)) continue;
    const { run, experiments, ...others } = results as Results;
    const last = experiments.at(-1);
    if (last && ending === WITHIN_EXPERIMENT) Object.assign(last, { status: 'failed', reason: 'interrupted' });
    return { ...others, run: { ...run, status: 'interrupted', finishedAt: null }, experiments };
  }
  return undefined;
}

/** Of the last line only the break may be missing: a cell or a claim is an object, which cannot be whole by accident. */
function wholeLines(text: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const isRecord = last.startsWith('{') && tryParse(last.replace(/,$/, '')) !== undefined;
  return isRecord ? [...lines, last] : lines;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
