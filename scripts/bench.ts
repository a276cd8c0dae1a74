import { needsOf } from '../bench/claims/needs.js';
import { formatCommand, quote } from '../bench/command-line.js';
import { readEnvironment } from '../bench/config.js';
import { lacksOfMachine } from '../bench/lacks.js';
import { renderList } from '../bench/list.js';
import { parseBenchOptions } from '../bench/options.js';
import { renderOutlook } from '../bench/outlook.js';
import { renderSummary } from '../bench/report/index.js';
import { prepareReport } from '../bench/report-files.js';
import { resumeBench } from '../bench/resume.js';
import { type RunOutcome, runBench } from '../bench/run.js';
import { main } from './main.js';

await main(async ({ args, signal }) => {
  const request = parseBenchOptions(args);
  if (!request) return 0;
  const environment = readEnvironment();
  if (request.action === 'list') {
    const { claims, strategies, instances, cluster } = request.options;
    process.stdout.write(renderList(claims, { strategies, instances }, lacksOfMachine(cluster, environment)));
    return 0;
  }
  const dependencies = { environment, command: formatCommand(args), stream: process.stderr, now: Date.now, signal };
  const outcome = await (request.action === 'resume'
    ? resumeBench(request.folder, dependencies)
    : runBench(request.options, dependencies));
  return tell(outcome, request.action === 'resume' ? request.failOn : request.options.failOn);
});

/** The numbers first: they are lost where a full disk takes no report. */
function tell({ folder, results, unwritten }: RunOutcome, failOn: readonly string[]): number {
  const { columns = 80, isTTY } = process.stdout;
  const { view, judgements, write } = prepareReport(folder, results);
  process.stdout.write(renderSummary(view, { columns, color: isTTY }));
  if (unwritten !== undefined) process.stderr.write(`Not all rounds could be written: ${unwritten}\n`);
  write();
  process.stdout.write(`\nReport: ${folder}/report.html (also report.md, summary.json and results.jsonl)\n`);
  if (results.end?.status !== 'complete') {
    process.stdout.write(`Go on with it: npm run bench -- --resume ${quote(folder)}\n`);
    return 130;
  }
  process.stdout.write(renderOutlook(needsOf(judgements), results.run.minutes, folder));
  const chosen = judgements.filter(({ id }) => results.plan?.claims.includes(id));
  return chosen.some(({ verdict }) => failOn.includes(verdict)) ? 1 : 0;
}
