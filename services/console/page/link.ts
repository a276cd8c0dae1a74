/** The page's ends of the two wires: the stream of events, and acts. */
import { type Act, type ActReply, CONSOLE_PATHS, CONSOLE_TOKEN_HEADER, type ConsoleEvent } from '../contract.js';
import type { Link } from './model.js';
import { TEXTS } from './texts.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8000;

export interface Listener {
  onEvent(event: ConsoleEvent): void;
  onLink(link: Link): void;
}

/** For as long as the page is open. Each new stream begins with the whole state, so nothing is to be caught up. */
export function followEvents({ onEvent, onLink }: Listener): void {
  let retryMs = FIRST_RETRY_MS;
  const open = () => {
    const source = new EventSource(CONSOLE_PATHS.events);
    source.onmessage = ({ data }) => {
      retryMs = FIRST_RETRY_MS;
      onEvent(JSON.parse(data) as ConsoleEvent);
    };
    source.onopen = () => onLink({ is: 'open' });
    source.onerror = () => {
      // A browser would try again by itself, at once and for ever at the same pace.
      source.close();
      onLink({ is: 'lost', retryAtMs: Date.now() + retryMs });
      setTimeout(open, retryMs);
      retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
    };
  };
  open();
}

/** From the link's fragment, which is then taken from the address bar: whoever films the screen does not film it. */
export function takeToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token !== null) history.replaceState(null, '', location.pathname);
  return token;
}

/** @throws Error with a sentence for people. */
export async function sendAct(token: string | null, act: Act): Promise<ActReply> {
  if (token === null) throw new Error(TEXTS.watching);
  const headers = { 'content-type': 'application/json', [CONSOLE_TOKEN_HEADER]: token };
  const reply = await fetch(CONSOLE_PATHS.acts, { method: 'POST', headers, body: JSON.stringify(act) }).catch(
    () => null,
  );
  if (!reply) throw new Error(TEXTS.noConsole);
  const body = (await reply.json().catch(() => ({}))) as ActReply & { message?: string };
  if (!reply.ok) throw new Error(body.message ?? TEXTS.notDone(reply.status));
  return body;
}
