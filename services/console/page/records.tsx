/** What happened, the same by hand, and reports of this checkout. */
import type { AgentView, ConsoleState, LogLine, ReportView } from '../contract.js';
import { TEXTS } from './texts.js';

const SHOWN = 30;

export function Log({ lines }: { lines: readonly LogLine[] }) {
  return (
    <section class="log">
      <h2 id="log">{TEXTS.log}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <ol aria-live="polite" aria-labelledby="log" tabIndex={0}>
        {lines
          .slice(-SHOWN)
          .toReversed()
          .map(({ atMs, text, by }, index) => (
            <li key={`${atMs} ${text} ${index}`} class={by}>
              <time>{new Date(atMs).toLocaleTimeString()}</time> {by === 'act' && TEXTS.byHand} {text}
            </li>
          ))}
      </ol>
    </section>
  );
}

export function Curl({ state, agent, path }: { state: ConsoleState; agent: AgentView | null; path: string }) {
  const header = agent?.credential?.header;
  const command = `curl -i ${header === undefined ? '' : `-H '${header}' `}${state.balancerUrl}${path}`;
  return (
    <section class="curl">
      <h2>{TEXTS.curl}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <code tabIndex={0}>{command}</code>
    </section>
  );
}

export function Reports({ reports }: { reports: readonly ReportView[] }) {
  return (
    <details class="reports">
      <summary>{TEXTS.reports}</summary>
      {reports.length === 0 && <p class="note">{TEXTS.noReports}</p>}
      <ul>
        {reports.map(({ name, href }) => (
          <li key={href}>
            <a href={href}>{name}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
