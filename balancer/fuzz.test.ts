import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { TRANSPORTS, type TransportName } from './contract.js';
import { readAsNode } from './testing/oracle.js';
import { seeded } from './testing/prng.js';
import { TestBalancer } from './testing/test-cluster.js';
import { TestUpstream } from './testing/test-upstream.js';

/** `node dist/balancer/fuzz.test.js 100000 7` sends that many over each transport, from that seed. */
const [requestCount = 1000, seed = 1] = process.argv.slice(2).map(Number);
const LANES = 8;
const MAX_HEADER_BYTES = 15_360;

const TEMPLATES = [
  'GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nCookie: a=1; authscale_upstream=0123456789ab.xyz\r\n\r\n',
  'POST /sticky/login HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello',
  'DELETE /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x85\x01\x02\x03\x04abcde',
  'GET /1 HTTP/1.1\r\nHost: x\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\nOPTIONS /3 HTTP/1.0\r\n\r\n',
];
const TOKENS = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: y\r\n',
  'Connection: close, host\r\n',
  'HTTP/1.1',
  'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
  'Expect: foo\r\n',
  'HTTP/0.9',
  '0\r\n\r\n',
  'fffffffff\r\n',
  '-1',
  '\xff\xfe',
  '%00',
  '../',
  'a'.repeat(17_000),
];

function mutate(random: () => number): string {
  const pick = <V>(list: readonly V[]) => list[Math.floor(random() * list.length)] as V;
  let text = pick(TEMPLATES);
  for (let n = Math.floor(random() * 4); n >= 0; n--) {
    const at = Math.floor(random() * text.length);
    const end = at + Math.floor(random() * 8);
    text = pick([
      () => text.slice(0, at) + pick(TOKENS) + text.slice(at),
      () => text.slice(0, at) + text.slice(end),
      () => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at + 1),
      () => text.slice(0, at),
      () => text.slice(0, end) + text.slice(at),
      () => text + pick(TEMPLATES),
    ])();
  }
  return text;
}

/** Set anew on the way, or between two hops only; the cookie is the balancer's own. */
const ON_THE_WAY =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect|(?:x-)?forwarded.*|host)$/;

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer | string;
}

/** What of a request must be the same at both ends, as a text. */
function essence({ method, url, rawHeaders, body }: Arrived): string {
  const pairs = Array.from(
    { length: rawHeaders.length / 2 },
    (_, i) => rawHeaders.slice(2 * i, 2 * i + 2) as [string, string],
  );
  const lower = pairs.map(([name, value]) => ({ name: name.toLowerCase(), value: withoutOwnCookie(name, value) }));
  const named = lower
    .filter(({ name }) => name === 'connection')
    .flatMap(({ value }) => value.toLowerCase().split(/\s*,\s*/));
  const isKept = (name: string) => !ON_THE_WAY.test(name) && !named.includes(name) && name !== 'cookie';
  const kept = lower.filter(({ name }) => isKept(name));
  // Several fields of cookies are as good as one (RFC 9113, section 8.2.3).
  const cookies = lower.filter(({ name, value }) => name === 'cookie' && value !== '').map(({ value }) => value);
  if (!named.includes('cookie')) kept.push({ name: 'cookie', value: cookies.join('; ') });
  // The order of fields of different names says nothing (RFC 9110, section 5.3).
  const ordered = kept.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const path = /^http:\/\//i.test(url) ? url.replace(/^http:\/\/[^/?#]*\/?/i, '/') : url;
  return JSON.stringify([method, path, ordered, body.toString('latin1')]);
}

function withoutOwnCookie(name: string, value: string): string {
  if (!/^cookie$/i.test(name)) return value;
  const pairs = value.split(';').map((pair) => pair.trim());
  return pairs.filter((pair) => !pair.startsWith('authscale_upstream=')).join('; ');
}

const isSafe = (text: string) => /^\["(?:GET|HEAD|OPTIONS|TRACE)"/.test(text);

/** Requests that may run side by side may arrive in any order. */
function inAnyOrderWhereSafe(texts: readonly string[]): string[] {
  const runs: string[][] = [];
  for (const text of texts) {
    const run = runs.at(-1);
    if (run !== undefined && isSafe(text) && isSafe(run[0] as string)) run.push(text);
    else runs.push([text]);
  }
  return runs.flatMap((run) => run.sort());
}

interface Outcome {
  /** The balancer closed the connection. */
  readonly closed: boolean;
  readonly replies: string;
}

/** Sends it and leaves when as many answers are there as are due, or the balancer has closed; after a moment where none is due. */
function exchange(port: number, bytes: string, due: number): Promise<Outcome> {
  return new Promise((resolve) => {
    let replies = '';
    const leave = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ closed, replies });
    };
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const timer = setTimeout(() => leave(false), due === 0 ? 5 : 20_000);
    socket.on('data', (chunk) => {
      replies += chunk.toString('latin1');
      if (due > 0 && (replies.match(/x-upstream: a/g)?.length ?? 0) >= due) setImmediate(() => leave(false));
    });
    socket.on('error', () => {});
    socket.on('close', () => leave(true));
  });
}

/** One balancer with one upstream, to which one client at a time sends. */
async function createLane(t: Test, transport: TransportName) {
  const upstream = await new TestUpstream('a').start();
  t.teardown(() => upstream.kill());
  const malformed: string[] = [];
  upstream.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A request cut off where its client left is no fault; one that does not parse is.
    if (error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE') malformed.push(error.code);
    socket.destroy();
  });
  const balancer = await TestBalancer.start(transport, [upstream.spec], { EJECT_AFTER_FAILURES: '1000000' });

  /** Where what arrived is not what was sent: both, as a text. */
  async function disagreement(bytes: string): Promise<string | null> {
    upstream.received.length = 0;
    const reading = await readAsNode(bytes, MAX_HEADER_BYTES);
    const { closed, replies } = await exchange(balancer.port, bytes, reading.requests.length);
    const sent = reading.requests.map(essence);
    const arrived = upstream.received.map(essence);
    const agrees =
      JSON.stringify(inAnyOrderWhereSafe(arrived)) ===
      JSON.stringify(inAnyOrderWhereSafe(sent.slice(0, arrived.length)));
    // What has not arrived was refused, and what follows a refusal is not served.
    const complete = arrived.length === sent.length || closed;
    return agrees && complete ? null : JSON.stringify({ bytes, sent, arrived, closed, replies }, null, 1);
  }

  async function finish(): Promise<void> {
    t.equal((await balancer.send('/')).status, 200, 'the next good request is answered');
    t.strictSame(malformed, [], 'the instance was sent nothing malformed');
    await balancer.until(
      ({ inFlight, upstreams }) => inFlight === 0 && upstreams.every((known) => known.inFlight === 0),
    );
    // Ends only when no client connection is left.
    await balancer.close();
  }
  return { disagreement, finish };
}

t.setTimeout(3_600_000);

for (const transport of TRANSPORTS) {
  t.test(`of ${requestCount} mutations over ${transport} each arrives as it was sent, or is refused`, async (t) => {
    const random = seeded(seed);
    const disagreements: string[] = [];
    let left = requestCount;
    async function work(): Promise<void> {
      const lane = await createLane(t, transport);
      while (left-- > 0 && disagreements.length < 3) {
        const found = await lane.disagreement(mutate(random));
        if (found !== null) disagreements.push(found);
      }
      await lane.finish();
    }
    await Promise.all(Array.from({ length: LANES }, work));
    t.strictSame(disagreements, []);
  });
}
