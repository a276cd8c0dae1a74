import { Agent, fetch, type RequestInit, type Response } from 'undici';
import { BenchError } from '../errors.js';

/** A connection each: one that is kept may have been closed by the other end while this process was computing. */
const dispatcher = new Agent({ pipelining: 0 });

/**
 * One request to an admin or operations listener.
 * @throws BenchError REQUEST_FAILED naming the address and what came back.
 */
export async function fetchJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const at = `${init.method ?? 'GET'} ${url}`;
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(5_000), dispatcher, ...init });
  } catch (cause) {
    throw new BenchError('REQUEST_FAILED', `${at}: no answer (${cause})`, { cause });
  }
  const text = await response.text();
  if (!response.ok) throw new BenchError('REQUEST_FAILED', `${at}: ${response.status} ${text.slice(0, 200)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** A POST of JSON: the balancer's admin listener takes nothing else, even where there is nothing to say. */
export async function postJson<T>(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return fetchJson<T>(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
