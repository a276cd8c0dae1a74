import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createActs } from './acts.js';
import type { ConsoleConfig } from './config.js';
import type { Console } from './console.js';
import { CONSOLE_PATHS } from './contract.js';
import { requireActor, requireOwnSite } from './door.js';
import { CannotNow, ConsoleError, NotFound, TooLarge } from './errors.js';
import { IMPORT_MAP_HASH } from './page/document.js';
import { readPageFiles } from './page-files.js';
import { listReports, readReport } from './reports.js';

const MAX_ACT_BYTES = 20_000;

const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${IMPORT_MAP_HASH}`,
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** A report bears its own scripts and loads nothing. In a sandbox it is of no origin: nothing here is in its reach. */
const REPORT_POLICY =
  "sandbox allow-scripts allow-downloads; default-src 'unsafe-inline' data:; frame-ancestors 'none'";

interface Reply {
  readonly status?: number;
  readonly type: string;
  readonly body: string;
  readonly policy?: string;
}

/** null where the reply goes on: it is the stream of events. */
type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<Reply | null>;

/** What browsers reach: the page to everybody who may come here, acts to bearers of the token alone. */
export function createConsoleServer(console: Console, { hosts, token, reportsFolder }: ConsoleConfig): Server {
  const files = readPageFiles();
  const act = createActs(console);
  const handlers: Readonly<Record<string, Handler>> = {
    [`GET ${CONSOLE_PATHS.events}`]: async (_, response) => {
      if (console.watchers.isFull) throw new CannotNow('Too many are watching.');
      await console.refresh();
      if (!response.destroyed) console.watchers.add(response);
      return null;
    },
    [`POST ${CONSOLE_PATHS.acts}`]: async (request) => {
      requireActor(request, token);
      return json(200, await act(await readJson(request)));
    },
    [`GET ${CONSOLE_PATHS.reports}`]: async () => json(200, await listReports(reportsFolder)),
  };
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Reply | null> {
    requireOwnSite(request, hosts);
    const [path = ''] = (request.url ?? '').split('?');
    const handler = handlers[`${request.method} ${path}`];
    if (handler) return handler(request, response);
    if (request.method !== 'GET') throw new NotFound('There is nothing here to be written.');
    const file = files.get(path);
    if (file) return file;
    const report = path.startsWith(`${CONSOLE_PATHS.reports}/`) ? await readReport(reportsFolder, path) : null;
    if (report === null) throw new NotFound('There is no such page.');
    return { type: 'text/html; charset=utf-8', body: report, policy: REPORT_POLICY };
  }
  return createServer((request, response) => {
    answer(request, response)
      .catch(refusalOf)
      .then((reply) => reply && send(response, reply));
  });
}

function refusalOf(error: unknown): Reply {
  if (error instanceof ConsoleError) return json(error.statusCode, { error: error.code, message: error.message });
  // Such as a balancer that does not answer.
  return json(409, { error: 'cannot_now', message: `It could not be done: ${(error as Error).message}` });
}

function json(status: number, value: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function send(response: ServerResponse, { status = 200, type, body, policy = POLICY }: Reply): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}

/** undefined where it is none. @throws TooLarge */
async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) {
    text += piece;
    if (text.length > MAX_ACT_BYTES) throw new TooLarge(`An act takes up to ${MAX_ACT_BYTES} bytes.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
