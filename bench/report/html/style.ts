import type { COLOURS } from '../palette.js';

type Theme = Readonly<Record<(typeof COLOURS)[number] | 'grey', string>>;

/** Every hue has a contrast of at least 3:1 to the paper it stands on. */
const LIGHT: Theme = {
  vermilion: '#b84300',
  amber: '#bd8500',
  blue: '#00569b',
  green: '#008f68',
  purple: '#9c2f74',
  sky: '#3a95cc',
  violet: '#927cdb',
  charcoal: '#383c42',
  grey: '#7c8086',
};
const DARK: Theme = {
  vermilion: '#e8703a',
  amber: '#f2c14a',
  blue: '#3f8fd2',
  green: '#1fb58a',
  purple: '#e58fbd',
  sky: '#7fd4f2',
  violet: '#b9a6ff',
  charcoal: '#eceff3',
  grey: '#8a8e95',
};

const variables = (theme: Theme) =>
  Object.entries(theme)
    .map(([name, value]) => `--c-${name}:${value};`)
    .join('');

export const STYLE = `
:root { color-scheme: light dark; --paper:#fdfdfb; --panel:#f4f4f0; --ink:#1c1d1f; --muted:#5b5f66; --rule:#dddcd5;
  --link:#0a5a99; --bad:#a3340a; --mixed:#7a5600; ${variables(LIGHT)} }
@media screen and (prefers-color-scheme: dark) { :root { --paper:#16181b; --panel:#1f2226; --ink:#e7e7e4; --muted:#a3a7ae;
  --rule:#363a40; --link:#7dbcf0; --bad:#ff9a66; --mixed:#edc15a; ${variables(DARK)} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 65rem; padding: 2.5rem 2.5rem 5rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word; }
p, ul, .prose { max-width: 70ch; }
p { margin: 0 0 .75rem; }
a { color: var(--link); text-underline-offset: .15em; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; margin: 0; }
h1 { font-size: 2rem; letter-spacing: -.015em; }
h2 { font-size: 1.4rem; margin: 3.5rem 0 1rem; padding-top: 1rem; border-top: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
.meta, .note, .legend, .interval { color: var(--muted); }
.meta { margin: .35rem 0 1.75rem; font-size: .9375rem; }
.note { font-size: .875rem; }
.lead { font-size: 1.1875rem; line-height: 1.5; margin-bottom: 1.25rem; }
.question { font-size: 1.125rem; font-style: italic; }
.notice { border-left: 4px solid var(--bad); background: var(--panel); padding: .75rem 1rem; max-width: none; }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--panel); padding: .15em .4em; border-radius: 3px; overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: .75rem 1rem; background: var(--panel); border-radius: 3px; white-space: pre; overflow-x: auto; }
pre code { padding: 0; background: none; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
svg.mark { width: 22px; height: 12px; vertical-align: -1px; margin-right: .4rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; font-size: .875rem; margin: 0 0 1rem; }
.drawing svg { display: block; width: 100%; height: auto; }
.medium, .narrow { display: none; }
.scroll { overflow-x: auto; margin: 0 0 1rem; background: linear-gradient(90deg, var(--paper) 1.5rem, transparent) local,
  linear-gradient(270deg, var(--paper) 1.5rem, transparent) local, linear-gradient(90deg, var(--rule), transparent .75rem),
  linear-gradient(270deg, var(--rule), transparent .75rem); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--rule); }
thead th { vertical-align: bottom; border-bottom: 1.5px solid var(--ink); font-weight: 600; }
tbody th { font-weight: 400; }
.data .num { text-align: right; font-variant-numeric: tabular-nums; padding: .5rem 0 .5rem .75rem; }
.interval { display: inline-block; white-space: nowrap; }
.data .interval { font-size: .8125rem; }
.data { width: auto; min-width: min(100%, 40rem); }
.data tbody th { min-width: 10.5rem; }
.value { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.notice + .lead { margin-top: 1.75rem; }
.num { font-variant-numeric: tabular-nums; }
.ledger td:nth-child(1) { width: 8.5rem; } .ledger td:nth-child(2) { width: 16rem; font-weight: 600; }
.ledger { font-size: .9375rem; }
.numbers td:last-child { color: var(--muted); padding-right: 0; }
.numbers .decided { font-weight: 600; }
.numbers .decided th { font-weight: 600; }
.open { font-size: .9375rem; max-width: none; margin-bottom: .25rem; }
details { margin: 0 0 1rem; } summary { cursor: pointer; color: var(--link); }
.chip { display: inline-block; white-space: nowrap; border: 1.5px solid; border-radius: 1em; padding: .05em .65em;
  font-weight: 600; font-size: .8125rem; }
.true { color: var(--link); } .false { color: var(--bad); } .depends { color: var(--mixed); }
.inconclusive, .not-measured { color: var(--muted); border-style: dashed; }
dl { display: grid; grid-template-columns: fit-content(50%) 1fr; gap: .2rem 1.5rem; font-size: .9375rem; margin: 0; }
dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
.live { display: none; }
caption { text-align: left; font-weight: 600; font-size: 1rem; padding-bottom: .35rem; }
.assumptions { margin-bottom: 1rem; }
.assumptions th { width: 15rem; }
.assumptions .given { width: 11rem; white-space: nowrap; }
.assumptions input { width: 6.5rem; padding: .3rem .4rem; font: inherit; font-variant-numeric: tabular-nums; color: inherit;
  background: var(--paper); border: 1px solid var(--muted); border-radius: 3px; }
.assumptions input:invalid { border-color: var(--bad); outline-color: var(--bad); }
[role=status] { color: var(--bad); font-weight: 600; min-height: 1.55em; }
.interval:empty { display: none; }
.assumptions th, .assumptions td { vertical-align: baseline; }
.stale { opacity: .4; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 3rem; }
@media screen { .is-live .static { display: none; } .is-live p.live, .is-live div.live { display: block; }
  .is-live input.live, .is-live span.live { display: inline; } }
@media screen and (max-width: 64.99rem) { .wide { display: none; } .medium { display: block; } }
@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1.25rem 3rem; }
  h1 { font-size: 1.625rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; }
  .lead { font-size: 1.0625rem; }
  .medium { display: none; } .narrow { display: block; max-width: 28rem; }
  .stack, .stack tbody, .stack tr, .stack td, .stack th { display: block; width: auto !important; }
  .stack thead { position: absolute; clip-path: inset(50%); }
  .stack tr { border-bottom: 1px solid var(--rule); padding: .75rem 0; }
  .stack td, .stack tbody th { border: 0; padding: 0 0 .25rem; }
  .stack td:empty { display: none; }
  .stack td[data-label]::before { content: attr(data-label) " "; color: var(--muted); font-weight: 400; }
  .data th:first-child { position: sticky; left: 0; background: var(--paper); min-width: 6rem; max-width: 9.5rem; padding-right: .5rem; }
  .assumptions tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .assumptions th, .assumptions td { width: auto !important; border: 0; padding: .15rem 0; }
  .assumptions td:last-child { grid-column: 1 / -1; color: var(--muted); }
  .assumptions input { width: 5.5rem; font-size: 1rem; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
}
@media print {
  .wide, .narrow { display: none; } .medium { display: block; }
  @page { margin: 16mm; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  :root { --paper: #fff; }
  h2, h3, figcaption, .legend { break-after: avoid; }
  figure, tr, .notice { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  pre { white-space: pre-wrap; }
  table { font-size: 8pt; }
  th, td { padding-right: .5rem; }
  .data .num { padding-left: .5rem; }
  .data tbody th { min-width: 6rem; }
  .interval, .data .interval { font-size: inherit; white-space: normal; }
  .ledger td:nth-child(1) { width: 6.5rem; }
  .chip, code { font-size: 7.5pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2 { margin-top: 2rem; }
  a { color: inherit; text-decoration: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
