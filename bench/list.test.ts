import t from 'tap';
import { SERVED_STRATEGIES } from '../services/contract.js';
import { BUILT, UNBUILT } from './claims/index.js';
import { renderList } from './list.js';
import { type Lacks, minutesOf } from './plan.js';

const SCOPE = { strategies: SERVED_STRATEGIES, instances: [1, 2, 4] };
const EVERYTHING: Lacks = { strategy: () => undefined, requirement: () => undefined };
const NO_SLICES: Lacks = {
  ...EVERYTHING,
  requirement: (name) => (name === 'slices of CPU' ? 'needs slices of CPU' : undefined),
};
const IDS = BUILT.map(({ id }) => id);

/** Lines by the claim with which they begin. */
const linesOf = (text: string) => new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', line]));

t.test('every claim has a line with its minutes and its statement', async (t) => {
  const text = renderList(IDS, SCOPE, EVERYTHING);
  const lines = linesOf(text);
  for (const claim of BUILT) {
    const minutes = minutesOf(claim, SCOPE, EVERYTHING);
    t.match(lines.get(claim.id), new RegExp(` ${(minutes as number).toFixed(1).replace('.', '\\.')}  `), claim.id);
    t.ok(lines.get(claim.id)?.endsWith(claim.statement));
  }
  for (const { id } of UNBUILT) t.ok(text.includes(id), id);
  t.ok(text.endsWith('.\n'));
});

t.test('a claim that cannot be measured says why, below, and no minutes', async (t) => {
  const text = renderList(IDS, SCOPE, NO_SLICES);
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('stateless-scales'));
  t.match(lines[at], /^stateless-scales +– {2}Tokens scale out/);
  t.match(lines[at + 1], /^ +needs slices of CPU$/);
  t.equal(lines.filter((line) => line.trim() === 'needs slices of CPU').length, 2, 'and no other');
});

t.test('only what was chosen is told', async (t) => {
  const lines = linesOf(renderList(['mismatch'], SCOPE, EVERYTHING));
  t.ok(lines.has('mismatch'));
  t.notOk(lines.has('sticky-skew'));
});

t.test('columns stand below each other, whatever the claim is called', async (t) => {
  const lines = renderList(IDS, SCOPE, EVERYTHING)
    .split('\n')
    .slice(0, BUILT.length + 1);
  const [head = ''] = lines;
  const column = head.indexOf('statement');
  for (const line of lines) t.match(line.slice(column - 2), /^ {2}\S/);
});
