import t from 'tap';
import { sampleResults } from '../testing/sample-results.js';
import { ESCAPE_SEQUENCE, failing, few, hostile, interrupted, unplanned } from './edge-cases.fixture.js';
import { SCRIPT, SCRIPT_SOURCE } from './html/calculator.js';
import { buildView, renderHtml, renderMarkdown, renderSummary } from './index.js';
import { tagsOf, textOf, unbalanced } from './page.fixture.js';

const VIEWS = {
  sample: buildView(sampleResults()),
  interrupted: buildView(interrupted()),
  'without a plan': buildView(unplanned()),
  'with a failed check': buildView(failing()),
  hostile: buildView(hostile()),
};

/** Each takes a second to render. */
const PAGES = new Map(Object.entries(VIEWS).map(([name, view]) => [name, renderHtml(view)]));
const pageOf = (name: keyof typeof VIEWS) => PAGES.get(name) ?? '';
const MARKDOWN = renderMarkdown(VIEWS.sample);

for (const [name, view] of Object.entries(VIEWS)) {
  const page = PAGES.get(name) ?? '';

  t.test(`A page ${name} is whole, loads nothing and runs nothing but the calculator.`, async (t) => {
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script);
    t.same(scripts, view.projection === null ? [] : [SCRIPT]);
    t.equal(page.includes(`script-src ${SCRIPT_SOURCE}`.replaceAll("'", '&#39;')), view.projection !== null);
    const tags = tagsOf(page.replace(SCRIPT, '')).filter((tag) => tag.name !== 'script');
    t.same(unbalanced(tags), []);
    const loading = /^(?:link|iframe|img|image|object|embed|form|base|foreignObject)$/i;
    t.same(
      tags.filter((tag) => loading.test(tag.name)),
      [],
    );
    const acting = /^(?:src|srcset|action|xlink:href|on.*)$/i;
    t.same(
      tags.flatMap(({ attributes }) => attributes.filter((attribute) => acting.test(attribute))),
      [],
    );
    t.notMatch(page, /@import|url\((?!#)/i);
    t.notMatch(page.replace(SCRIPT, ''), /NaN|undefined|Infinity|\[object/);
  });

  t.test(`Links of a page ${name} lead to places in it.`, async (t) => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    t.equal(new Set(ids).size, ids.length, 'ids are unique');
    t.notOk(/href="(?!#|data:text\/csv;charset=utf-8,)/.test(page));
    const targets = [...page.matchAll(/(?:href="#|url\(#)([^")]*)/g)].map(([, target]) => target);
    t.same(
      targets.filter((target) => !ids.includes(target)),
      [],
    );
  });

  t.test(`The summary ${name} keeps to the width of the terminal and is plain without colour.`, async (t) => {
    for (const columns of [20, 50, 80, 200]) {
      const lines = renderSummary(view, { columns, color: false }).split('\n');
      t.ok(
        lines.every((line) => line.length <= columns),
        `${columns} columns`,
      );
      t.notMatch(lines.join(''), /\p{Cc}/u);
    }
  });
}

t.test(
  'On a page no number is torn from its %, no command is wrapped, and a prediction is told apart from its fit.',
  async (t) => {
    const page = pageOf('sample')
      .replace(SCRIPT, '')
      .replace(/<svg[\s\S]*?<\/svg>/g, '');
    t.match(page, /\d\u00a0%/);
    t.notMatch(page, /\d %/);
    t.match(page, /pre \{[^}]*white-space: pre; overflow-x: auto/);
    t.match(page, /: 100\u00a0%; \d+ of \d+ numbers? agrees?\./);
    t.notMatch(page, /\d\dT\d\d:\d\d:\d\d/);
  },
);

t.test('A page of a whole run is 500 kB at most.', async (t) => {
  const size = Buffer.byteLength(pageOf('sample'));
  t.ok(size <= 500_000, `${size} bytes`);
});

t.test('The same results give the same bytes.', async (t) => {
  const [one, other] = [few(), few()].map((results) => buildView(results));
  if (!one || !other) throw new Error('there are two views');
  t.ok(renderHtml(one) === renderHtml(other));
  t.same(renderMarkdown(one), renderMarkdown(other));
});

t.test('Foreign strings reach no report as markup, terminal escape or change of direction.', async (t) => {
  const view = VIEWS.hostile;
  const { text: markdown, pictures } = renderMarkdown(view);
  const drawn = pictures.map(({ svg }) => svg);
  for (const output of [pageOf('hostile'), markdown, ...drawn, renderSummary(view, { columns: 80, color: false })]) {
    for (const letter of ['\u001b', '\u0007', '\u202e']) t.notOk(output.includes(letter));
    t.notOk(output.includes(ESCAPE_SEQUENCE));
  }
  const unescaped = markdown.replace(/\\[^\n]/g, '').replace(/(`+)[^\n]*?[^`]\1(?!`)/g, '');
  t.notMatch(unescaped, /</);
  t.notMatch(unescaped, /^# heading/m);
  t.notMatch(unescaped, /\]\((?!charts\/[a-z0-9-]+\.svg\))/);
  t.ok(pictures.every(({ path }) => /^charts\/[a-z0-9-]+\.svg$/.test(path)));
});

t.test('What was found is on the page and in the Markdown; all numbers are on the page.', async (t) => {
  const view = VIEWS.sample;
  const found = [
    view.title,
    ...view.breaks,
    view.count,
    ...view.claims.flatMap(({ statement, headline, because, predictions, misleads, terms }) => [
      statement,
      headline,
      because,
      ...predictions,
      ...misleads,
      ...terms.map(({ meaning }) => meaning),
    ]),
    ...view.guide.flatMap(({ need, held, take }) => [need, held, ...take.map(({ value }) => value)]),
    ...view.clinic.symptoms.flatMap(({ told, cause, mends, seen }) => [told, cause, mends, seen ?? '']),
    ...view.open.flatMap(({ group, claims }) => [group, ...claims.map(({ statement }) => statement)]),
  ];
  const numbers = view.claims.flatMap(({ finding, rows }) => [finding, ...rows.map(({ value }) => value)]);
  const page = textOf(pageOf('sample'));
  const markdown = MARKDOWN.text.replace(/\\|\*\*/g, '');
  t.same(
    [...found, ...numbers].filter((part) => !page.includes(part)),
    [],
  );
  t.same(
    found.filter((part) => !markdown.includes(part)),
    [],
  );
});

t.test('Every chart is a file beside the Markdown that shows it, and needs no style from elsewhere.', async (t) => {
  const { text, pictures } = MARKDOWN;
  const shown = [...text.matchAll(/\]\((charts\/[^)]*)\)/g)].map(([, path]) => path);
  t.same(
    shown,
    pictures.map(({ path }) => path),
  );
  t.ok(shown.length > 30);
  for (const { path, svg } of pictures) {
    t.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" /, path);
    const used = new Set([...svg.matchAll(/var\((--[a-z-]+)\)/g)].map(([, name]) => name));
    t.ok(
      [...used].every((name) => svg.includes(`${name}:`)),
      path,
    );
    t.same(unbalanced(tagsOf(svg)), []);
  }
});

t.test('All numbers can be taken from the page as a table.', async (t) => {
  const page = pageOf('sample');
  const [, encoded = ''] = page.match(/href="data:text\/csv;charset=utf-8,([^"]*)"/) ?? [];
  const csv = decodeURIComponent(encoded.replaceAll('&quot;', '"').replaceAll('&#39;', "'"));
  t.equal(csv, VIEWS.sample.csv);
  const lines = csv.split('\r\n');
  t.match(lines[0], /^claim,verdict,metric,factors,value,low,high,n,unit,bound,predicted,decides$/);
  t.equal(lines.length - 1, VIEWS.sample.claims.flatMap(({ rows }) => rows).length);
});

t.test('A claim that was not measured says why.', async (t) => {
  const results = failing();
  if (results.plan === null) throw new Error('there is a plan');
  const plan = {
    ...results.plan,
    leftOut: [{ claim: 'instance-dies', because: 'it needs redis, which was not found' }],
  };
  const view = buildView({ ...results, plan });
  for (const output of [textOf(renderHtml(view)), renderMarkdown(view).text]) {
    t.match(output, /It needs redis, which was not found\./);
    t.match(output, /Losing a stateful server loses its sessions/);
    t.match(output, /It was not chosen\./);
    t.match(output, /The balancer did not become ready\./);
  }
  t.match(renderSummary(view, { columns: 80, color: false }), /Not measured: instance-dies: it needs redis/);
});

t.test('What a reader must know comes first.', async (t) => {
  const notices = (name: keyof typeof VIEWS) => VIEWS[name].notices.join(' ');
  t.match(notices('interrupted'), /interrupted.*No Redis server/);
  t.match(notices('without a plan'), /interrupted.*before it was planned/);
  t.match(notices('with a failed check'), /^1 of \d+ rounds failed a check/);
  t.equal(notices('sample'), '');
  const page = textOf(pageOf('interrupted'));
  t.ok(page.indexOf('was interrupted') < page.indexOf('Of 42 claims none were measured.'));
});

t.test('The terminal has a row for each strategy that has a number, and none for others.', async (t) => {
  const results = few();
  const rounds = results.rounds.filter(({ measurement }) => measurement.startsWith('visits act=page'));
  const summary = renderSummary(buildView({ ...results, rounds }), { columns: 80, color: false });
  t.match(summary, /^memory +✗ 2\d %/m);
  t.notMatch(summary, /^(?:basic|redis-id) /m);
});

t.test('Colour in the summary is only where it is asked for.', async (t) => {
  t.ok(renderSummary(buildView(few()), { columns: 80, color: true }).includes('\u001b[1;32m✓'));
});
