import { CHART_STYLE } from '../charts/svg.js';
import { DARK, LIGHT } from '../palette.js';

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} --panel:#f4f4f0; --link:#0a5a99; --bad:#a3340a; --mixed:#7a5600; }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} --panel:#1f2226; --link:#7dbcf0; --bad:#ff9a66; --mixed:#edc15a; } }
${CHART_STYLE}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem 2.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word; }
p, ul, .prose { max-width: 70ch; }
p { margin: 0 0 .75rem; }
a { color: var(--link); text-underline-offset: .15em; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; margin: 0; }
h1 { font-size: 1.5rem; letter-spacing: -.015em; max-width: 74ch; margin-bottom: .5rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 2px solid var(--ink); }
h3, h4 { font-size: 1rem; margin: 1.25rem 0 .5rem; line-height: 1.3; }
.meta, .note, .legend, .interval, .what { color: var(--muted); }
.meta { margin: .35rem 0 .6rem; font-size: .8125rem; max-width: none; }
.note { font-size: .875rem; }
.lead { font-size: .9375rem; line-height: 1.45; margin: .35rem 0 .6rem; max-width: 140ch; }
.question { font-size: 1.125rem; font-style: italic; }
.notice { border-left: 4px solid var(--bad); background: var(--panel); padding: .3rem .75rem; max-width: none; font-size: .875rem; margin: .5rem 0; }
code { font: .8125rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--panel); padding: .15em .4em; border-radius: 3px; overflow-wrap: anywhere; }
pre { margin: 0 0 1rem; padding: .75rem 1rem; background: var(--panel); border-radius: 3px; white-space: pre; overflow-x: auto; }
pre code { padding: 0; background: none; }
figure { margin: 1.5rem 0; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
svg.mark { width: 22px; height: 12px; vertical-align: -1px; margin-right: .4rem; }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; font-size: .875rem; margin: 0 0 1rem; }
.drawing svg { display: block; width: 100%; height: auto; }
.drawing { max-width: 26.25rem; }
.scroll { overflow-x: auto; margin: 0 0 1rem; background: linear-gradient(90deg, var(--paper) 1.5rem, transparent) local,
  linear-gradient(270deg, var(--paper) 1.5rem, transparent) local, linear-gradient(90deg, var(--rule), transparent .75rem),
  linear-gradient(270deg, var(--rule), transparent .75rem); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--rule); }
thead th, thead td { vertical-align: bottom; border-bottom: 1.5px solid var(--ink); font-weight: 600; }
tbody th { font-weight: 400; }
.data .num { text-align: right; font-variant-numeric: tabular-nums; padding: .5rem 0 .5rem .75rem; }
.interval { display: inline-block; white-space: nowrap; }
.data .interval { font-size: .8125rem; }
.data { width: auto; min-width: min(100%, 40rem); }
.data tbody th { min-width: 10.5rem; }
.value { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.num { font-variant-numeric: tabular-nums; }
.what { display: block; font-size: .6875rem; font-weight: 400; line-height: 1.25; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.first { display: grid; grid-template-columns: minmax(0, 1fr) 20.5rem; gap: .5rem 1.5rem; align-items: start; }
.aside > * { margin: 0 0 .6rem; }
.breaks h2 { font-size: .9375rem; margin: 0 0 .25rem; padding: 0; border: 0; } .breaks ul { margin: 0; padding-left: 1.1rem; font-size: .8125rem; line-height: 1.35; }
.reach { margin: 0; } .reach svg { display: block; width: 100%; height: auto; }
.matrix { font-size: .8125rem; line-height: 1.25; table-layout: fixed; }
.matrix th, .matrix td { padding: .25rem .5rem .2rem 0; }
.matrix thead th { font-size: .75rem; letter-spacing: -.02em; } .matrix th:first-child { width: 15.5%; } .matrix th:last-child { width: 17%; } .matrix td { overflow-wrap: normal; }
.matrix tbody th { font-weight: 600; } .matrix td a { color: inherit; font-weight: 600; text-decoration-color: var(--rule); }
.matrix td a { white-space: nowrap; } .matrix td.none a { color: var(--muted); font-weight: 400; font-size: .6875rem; white-space: nowrap; }
.matrix .interval { font-size: .6875rem; white-space: normal; } .matrix .suits { font-size: .75rem; padding-right: 0; }
.swatch { display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .35em; }
.spark { display: block; width: 100%; height: 8px; margin: .1rem 0 0; overflow: visible; }
.met { font-weight: 700; } .met.yes { color: var(--link); } .met.no { color: var(--bad); } .met.open { color: var(--muted); }
.ledger { display: block; margin: .5rem 0 .25rem; font-size: .8125rem; }
.ledger > div { display: grid; grid-template-columns: 11rem 1fr; gap: .5rem; padding: .1rem 0; align-items: baseline; }
.ledger ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem .35rem; margin: 0; padding: 0; max-width: none; }
.ledger .chip { display: inline-block; text-decoration: none; font-size: .75rem; font-weight: 500; padding: 0 .5em; border-width: 1px; }
.claim { position: relative; border-bottom: 1px solid var(--rule); margin: 0; }
.claim .anchor { position: absolute; top: 0; }
.claim > summary { padding: .55rem 0; color: inherit; } .claim > summary h3 { display: inline; margin: 0; font-size: 1rem; }
.claim .verdict { display: block; margin: .2rem 0 0 1.1rem; font-size: .8125rem; color: var(--muted); }
.claim .chip { font-size: .75rem; padding: 0 .5em; border-width: 1px; }
.claim .body { display: grid; grid-template-columns: 26.25rem minmax(0, 1fr); gap: 0 2rem; align-items: start; }
.claim .body { padding: .25rem 0 1.5rem 1.1rem; }
.claim .body > .more { grid-column: 1 / -1; } .claim figure { margin: 0 0 .5rem; } .claim .body > .anchor + div { grid-column: 1 / -1; }
.claim .repeat { font-size: .875rem; max-width: none; }
.claim h4 { font-size: .875rem; margin: .75rem 0 .25rem; } .claim ul { font-size: .875rem; line-height: 1.4; margin: 0 0 .75rem; padding-left: 1.25rem; } .claim .body p { font-size: .9375rem; margin-bottom: .5rem; }
.guide th { width: 34%; } .clinic th { width: 18%; } .clinic td:nth-child(3) { width: 24%; }
.guide tbody th, .clinic tbody th { font-weight: 600; } .guide a, .guide b, .clinic a { white-space: nowrap; }
.none { color: var(--muted); }
.numbers td:last-child { color: var(--muted); padding-right: 0; }
.numbers .decided { font-weight: 600; }
.numbers .decided th { font-weight: 600; }
.open { font-size: .9375rem; max-width: none; margin-bottom: .25rem; } .open li { scroll-margin-top: 14rem; }
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
@media screen and (min-width: 64rem) { .compared { display: grid; grid-template-columns: 26.25rem minmax(0, 1fr); gap: 2rem; align-items: start; } }
@media screen and (max-width: 64rem) { .claim .body { display: block; } }
@media screen and (max-width: 74.99rem) { .first { display: block; } .reach { max-width: 24rem; } }
@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1.25rem 3rem; }
  h2 { font-size: 1.2rem; margin-top: 2rem; }
  h1 { font-size: 1.25rem; }
  .matrix, .matrix tbody, .matrix tr, .matrix td, .matrix th { display: block; width: auto !important; }
  .matrix thead { position: absolute; clip-path: inset(50%); }
  .matrix tr { display: grid; grid-template-columns: 1fr 1fr; gap: .1rem .9rem; border-bottom: 1px solid var(--rule); padding: .5rem 0; }
  .matrix tbody th, .matrix td { border: 0; padding: 0; } .matrix tbody th, .matrix td.suits { grid-column: 1 / -1; }
  .matrix tbody th .what { display: inline; margin-left: .5em; }
  .matrix td[data-label]::before { content: attr(data-label) ": "; color: var(--muted); font-weight: 400; font-size: .6875rem; }
  .matrix .spark, .matrix .interval { display: none; }
  .ledger > div { grid-template-columns: 1fr; gap: .15rem; padding: .3rem 0; }
  .claim .body { display: block; padding-left: 0; }
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
  .more, .live, .repeat, pre { display: none; }
  .first { grid-template: auto auto / 1fr 7cm; } .first .matrix { grid-area: 2 / 1 / 3 / 3; } .matrix td.none a { white-space: normal; }
  #claims { break-before: page; } .claim { break-inside: avoid; } .claim .drawing { max-width: 8cm; } .claim .body { grid-template-columns: 8cm minmax(0, 1fr); }
  .claim .body p, .claim ul { font-size: 8.5pt; line-height: 1.35; } summary { list-style: none; }
  @page { margin: 13mm; }
  html { font-size: 9pt; }
  body { max-width: none; padding: 0; }
  :root { --paper: #fff; }
  h2, h3, figcaption, .legend { break-after: avoid; }
  figure, tr, .notice, .data { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  pre { white-space: pre-wrap; }
  table { font-size: 8pt; }
  th, td { padding-right: .5rem; }
  .data .num { padding-left: .5rem; }
  .data tbody th { min-width: 6rem; }
  .interval, .data .interval { font-size: inherit; white-space: normal; }
  .chip, code { font-size: 7.5pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
  h2 { margin-top: 2rem; }
  a { color: inherit; text-decoration: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
