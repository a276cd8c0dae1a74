/** One family with the reports: the same paper, ink and hues (after Okabe and Ito, apart in the common kinds of colour blindness). */
const LIGHT = `--paper:#fdfdfb; --ink:#1c1d1f; --muted:#5b5f66; --rule:#dddcd5; --panel:#f4f4f0; --link:#0a5a99; --bad:#a3340a; --good:#00694c; --mixed:#7a5600;
  --c-vermilion:#b84300; --c-amber:#8f6400; --c-blue:#00569b; --c-green:#00775a; --c-purple:#9c2f74; --c-sky:#2a78a8; --c-violet:#6f55c4; --c-charcoal:#383c42; --c-grey:#7c8086; --on:#fff;`;
const DARK = `--paper:#16181b; --ink:#e7e7e4; --muted:#a3a7ae; --rule:#363a40; --panel:#1f2226; --link:#7dbcf0; --bad:#ff9a66; --good:#4fd6ab; --mixed:#edc15a;
  --c-vermilion:#e8703a; --c-amber:#f2c14a; --c-blue:#5fa8e4; --c-green:#1fb58a; --c-purple:#e58fbd; --c-sky:#7fd4f2; --c-violet:#b9a6ff; --c-charcoal:#eceff3; --c-grey:#8a8e95; --on:#16181b;`;

const HUES = ['blue', 'vermilion', 'green', 'purple', 'amber', 'violet', 'sky', 'charcoal'];

const FRAME = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
h1, h2, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 20px; letter-spacing: -.015em; white-space: nowrap; }
h2 { font-size: 14px; }
header { display: flex; gap: 16px; align-items: center; height: 50px; padding: 0 16px; border-bottom: 2px solid var(--ink); }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 420px); gap: 0 20px; padding: 6px 16px 8px; max-width: 1920px; margin: 0 auto; }
.left { display: flex; flex-direction: column; gap: 4px; min-width: 0; }
.right { display: flex; flex-direction: column; gap: 8px; min-width: 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.note { color: var(--muted); font-size: 14px; font-weight: 400; }
button, select { font: inherit; color: inherit; background: var(--paper); border: 1.5px solid var(--muted); border-radius: 5px; padding: 3px 10px; min-height: 32px; cursor: pointer; }
button:hover:enabled:not([aria-pressed=true]) { background: var(--panel); }
button[aria-pressed=true] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
button:disabled, select:disabled { color: var(--muted); border-color: var(--rule); cursor: not-allowed; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.scenes { display: flex; gap: 6px; overflow-x: auto; flex: 1; padding: 4px; } .scenes button { white-space: nowrap; font-size: 15px; }
.status { font-size: 14px; color: var(--good); white-space: nowrap; } .status::before { content: "● "; }
.status.lost { color: var(--bad); font-weight: 600; white-space: normal; } .status.lost::before { content: "▲ "; }
.tab-row { display: flex; gap: 8px; justify-content: space-between; align-items: center; flex-wrap: wrap; }
.tabs { display: flex; border: 0; margin: 0; padding: 0; gap: 4px; } .tabs button { font-size: 18px; font-weight: 600; }
.route { display: flex; gap: 10px; align-items: center; font-size: 14px; } 
.select { display: inline-flex; gap: 5px; align-items: center; } .select select { max-width: 9.5em; padding: 2px 4px; }
`;

const STAGE = `
.stage { display: block; width: 100%; max-height: calc(100vh - 300px); min-height: 300px; background: var(--panel); border-radius: 8px; font-size: 20px; }
.stage text { fill: var(--ink); }
.stage .heading { fill: var(--muted); }
.stage [role=button] { cursor: pointer; outline: none; }
.wire line { stroke: var(--c-grey); stroke-width: 1.5; opacity: .55; } .wire.faint line { stroke-dasharray: 2 5; opacity: .5; }
.threads path { fill: none; stroke: var(--hue); stroke-width: 2.5; stroke-dasharray: 9 5; opacity: .75; }
.part rect { fill: var(--paper); stroke: var(--muted); stroke-width: 2; }
.held { pointer-events: none; } .stage .count { fill: var(--muted); }
.part.up.instance rect, .part.up.balancer rect { stroke: var(--c-green); stroke-width: 2.5; }
.part.down rect { stroke: var(--bad); stroke-width: 3; stroke-dasharray: 3 5; fill: var(--panel); } .part.down text { fill: var(--bad); }
.part.frozen rect { stroke: var(--c-sky); stroke-width: 3; stroke-dasharray: 12 4; }
.part.draining rect, .part.ejected rect, .part.starting rect { stroke: var(--mixed); stroke-width: 3; stroke-dasharray: 6 4; }
.part.chosen rect, .part:focus-visible rect { stroke: var(--link); stroke-width: 4.5; }
.token { fill: var(--hue); stroke: var(--paper); stroke-width: 1.5; } .mask { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
.stage .number { fill: var(--on); font-weight: 700; pointer-events: none; }
.user.signed-out .token { fill: var(--paper); stroke: var(--hue); stroke-width: 2.5; stroke-dasharray: 4 3; } .stage .number.signed-out { fill: var(--ink); }
.user .focus { fill: none; } .user.chosen .focus, .user:focus-visible .focus { stroke: var(--link); stroke-width: 3; }
.dots { pointer-events: none; } .dot { will-change: transform; } .dot.other .token { fill: var(--c-grey); } .others rect { fill: var(--c-grey); }
.stage .others text { fill: var(--muted); }
.mark circle { fill: var(--paper); stroke: var(--muted); stroke-width: 2; } .mark path { fill: none; stroke: var(--muted); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.mark.recognised circle { fill: var(--good); stroke: var(--good); } .mark.recognised path { stroke: var(--paper); }
.mark.refused circle, .mark.refused path { stroke: var(--bad); }
.mark.unavailable circle, .mark.unanswered circle { fill: var(--bad); stroke: var(--bad); } .mark.unavailable path, .mark.unanswered path { stroke: var(--paper); }
.bubble rect { fill: var(--paper); stroke: var(--bad); stroke-width: 2; } .bubble text { fill: var(--bad); font-size: 20px; }
.loss path { stroke: var(--bad); stroke-width: 5; fill: none; }
`;

const BESIDE = `
.panel { display: flex; flex-direction: column; gap: 6px; }
.big { font-size: 34px; line-height: 1.1; letter-spacing: -.02em; } .big strong { font-size: 46px; font-variant-numeric: tabular-nums; }
.beside { font-size: 16px; color: var(--muted); } .model { color: var(--ink); font-weight: 600; }
.strip { display: block; width: 100%; height: auto; background: var(--panel); border-radius: 4px; }
.credential .scroll { height: 76px; overflow: auto; background: var(--panel); border-radius: 4px; padding: 5px 8px; font-size: 13px; }
code, pre { font: 13px/1.35 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
.credential code { display: block; }
.costs { font-size: 13px; max-height: 96px; overflow: auto; } .costs table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; line-height: 1.3; }
.costs th, .costs td { font-weight: 400; text-align: right; padding: 0 0 1px 8px; white-space: nowrap; } .costs th:first-child { text-align: left; padding-left: 0; } .costs thead th { color: var(--muted); } .costs p { color: var(--muted); } .costs .chosen > * { font-weight: 700; }
.charts { display: grid; overflow: hidden; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 10px; } .chart figcaption { font-size: 12px; line-height: 1.25; color: var(--muted); min-height: 30px; } .chart { min-width: 0; }
.key { display: inline-block; margin-left: .5em; color: var(--hue); font-weight: 600; white-space: nowrap; }
.c-blue { --hue: var(--link); } .c-grey { --hue: var(--muted); } .c-vermilion { --hue: var(--c-vermilion); } .c-green { --hue: var(--c-green); } .c-purple { --hue: var(--c-purple); }
.sheet > summary { display: none; }
.controls, .part-acts { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; font-size: 15px; } .part-acts { min-height: 34px; }
.pace { display: inline-flex; gap: 6px; align-items: center; } .pace input { width: 90px; accent-color: var(--link); } .pace span { min-width: 7.2em; font-variant-numeric: tabular-nums; }
.log ol { height: 58px; overflow: auto; list-style: none; font-size: 13px; background: var(--panel); border-radius: 4px; padding: 3px 8px; } .log time { color: var(--muted); }
.curl code { display: block; background: var(--panel); border-radius: 4px; padding: 3px 8px; white-space: nowrap; overflow-x: auto; }
.reports { font-size: 14px; } .reports summary, .sheet > summary { cursor: pointer; color: var(--link); } a { color: var(--link); } .reports ul { padding-left: 1.2em; }
.caption { border-left: 5px solid var(--muted); padding: 4px 0 4px 14px; min-height: 146px; display: flex; flex-direction: column; gap: 6px; }
.caption.predict { border-color: var(--mixed); } .caption.run { border-color: var(--link); } .caption.reveal { border-color: var(--good); }
.caption p { font-size: 21px; line-height: 1.32; text-wrap: pretty; max-width: 76ch; }
.kind { font-weight: 700; margin-right: .5em; } .kind::after { content: ":"; }
.failure { color: var(--bad); font-weight: 600; }
.guesses, .steps { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; } .guesses button { font-size: 20px; } .steps { margin-top: auto; }
.steps .forward, .steps .forward:hover:enabled { background: var(--link); border-color: var(--link); color: var(--paper); min-width: 72px; font-size: 18px; } .steps .forward:disabled { background: var(--panel); border-color: var(--rule); color: var(--muted); }
`;

const PHONE = `
@media (max-width: 1000px) { main { grid-template-columns: minmax(0, 1fr); } .right { margin-top: 10px; } }
@media (max-width: 700px) {
  header { flex-wrap: wrap; height: auto; padding: 6px 10px; gap: 4px 12px; justify-content: space-between; } .scenes { order: 3; flex-basis: 100%; }
  main { padding: 6px 10px 74px; } .tabs { flex-wrap: wrap; min-width: 0; } .tabs select { max-width: 100%; } .tabs button { font-size: 16px; padding: 3px 8px; } .route { display: none; } .caption { order: -1; }
  .costs { font-size: 12px; max-height: none; } .costs th, .costs td { padding-left: 5px; }
  .stage { max-height: none; } .caption p { font-size: 18px; } .caption { min-height: 0; } .guesses button { font-size: 17px; }
  .sheet { position: fixed; inset: auto 0 0; background: var(--paper); border-top: 2px solid var(--ink); padding: 8px 12px; z-index: 2; max-height: 60vh; overflow: auto; }
  .sheet > summary { display: block; min-height: 44px; line-height: 44px; font-weight: 600; text-align: center; } .sheet button { min-height: 44px; }
  .steps button { min-height: 44px; }
}
@media (prefers-reduced-motion: no-preference) { .part rect { transition: stroke .3s, fill .3s; } }
`;

export const STYLE = `:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
${HUES.map((hue, index) => `.hue-${index} { --hue: var(--c-${hue}); }`).join('\n')}
${FRAME}${STAGE}${BESIDE}${PHONE}`;
