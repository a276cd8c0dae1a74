import { MOUNTED_STRATEGIES } from '../../services/contract.js';
import type { Claim, Scope, UnbuiltClaim } from '../claims/claim.js';
import { BUILT, UNBUILT } from '../claims/index.js';
import { factorsInWords } from '../words/text.js';

/** What a run asks unless told otherwise. */
const USUAL: Scope = { strategies: MOUNTED_STRATEGIES, instances: [1, 2, 4] };

/** docs/claims.md: every claim with its rule, its prediction and its limits, as they stand in the code. Markdown. */
export function renderLedger(): string {
  const groups = [...new Set([...BUILT, ...UNBUILT].map(({ group }) => group))];
  const parts = groups.map((group) => {
    const [built, unbuilt] = [BUILT.filter((one) => one.group === group), UNBUILT.filter((one) => one.group === group)];
    return [`## ${group}`, ...built.map(renderClaim), ...renderUnbuilt(unbuilt)].join('\n\n');
  });
  return `${[HEAD, ...parts].join('\n\n')}\n`;
}

const HEAD = `# The claims

What textbooks assert about sessions and tokens, and how a run decides each. This page is made from the code by \`npm run docs\`: the rules here
are those that judge. They were fixed before measuring. How it is measured and why so: [method](method.md).

${BUILT.length} of ${BUILT.length + UNBUILT.length} claims are built. \`npm run bench -- --claims <id>\` puts one to the test, \`npm run bench -- --list\` tells how long each takes here.`;

function renderClaim(claim: Claim): string {
  const { rule, shows = [] } = claim.ask(USUAL);
  const shown = [...new Set(shows.map(({ label }) => label))];
  return [
    `### ${claim.statement}`,
    `\`${claim.id}\``,
    `**Decided by** ${rule.quantities.length === 1 ? 'one number' : `${rule.quantities.length} numbers`}:`,
    [...labelled(claim)].map(([label, places]) => `- ${label}: ${places.join('; ')}`).join('\n'),
    rule.says,
    ...(claim.predictions ?? []).map(({ formula }) => `**Theory**: ${formula}.`),
    ...(shown.length > 0 ? [`**Shown beside**: ${shown.join('; ')}.`] : []),
    `**How it could mislead**: ${claim.misleads.join(' ')}`,
  ].join('\n\n');
}

/** What decides, by what it is, with where it is measured. */
function labelled(claim: Claim): Map<string, string[]> {
  const byLabel = new Map<string, string[]>();
  for (const { label, factors } of claim.ask(USUAL).rule.quantities) {
    byLabel.set(label, [...(byLabel.get(label) ?? []), factorsInWords(factors)]);
  }
  return byLabel;
}

function renderUnbuilt(claims: readonly UnbuiltClaim[]): string[] {
  if (claims.length === 0) return [];
  const rows = claims.map(({ id, statement }) => `- ${statement} (\`${id}\`)`);
  return [`### Not built yet\n\n${rows.join('\n')}`];
}
