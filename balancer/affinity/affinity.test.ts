import t from 'tap';
import { AFFINITY_COOKIE } from '../contract.js';
import { valuesOf } from '../http/field-names.js';
import { Upstream } from '../upstreams/upstream.js';
import type { Affinity } from './affinity.js';
import { AFFINITIES } from './index.js';

function createUpstreams(count: number): Upstream[] {
  return Array.from({ length: count }, (_, i) => {
    const upstream = new Upstream({ url: `http://10.0.0.${i + 1}:8000` });
    upstream.health = 'up';
    return upstream;
  });
}

interface Options {
  readonly upstreams: readonly Upstream[];
  readonly argument?: string;
  readonly secret?: string;
  readonly now?: () => number;
}

function create(name: string, { upstreams, argument = '', secret = 'a secret', now = () => 0 }: Options): Affinity {
  const kind = AFFINITIES[name];
  if (kind === undefined) throw new Error(`no affinity ${name}`);
  return kind.create({
    find: (id) => upstreams.find((upstream) => upstream.id === id),
    available: () => upstreams.filter(({ health, draining }) => health === 'up' && !draining),
    now,
    prefix: '/sticky',
    argument,
    secret,
    secureCookie: true,
  });
}

const from = (cookie?: string, address = '192.0.2.1', headers: Record<string, string> = {}) => ({
  cookie,
  header: (name: string) => headers[name],
  clientAddress: () => address,
});

/** The cookie that an answer of `chosen` gives to a client without one. */
function issue(affinity: Affinity, chosen: Upstream): string {
  const headers: string[] = [];
  affinity.commit(affinity.lookup(from()), chosen, headers);
  return valuesOf(headers, 'set-cookie')[0]?.split(';')[0] ?? '';
}

t.test('an inserted cookie', async (t) => {
  const upstreams = createUpstreams(3);
  const [a, b] = upstreams as [Upstream, Upstream];
  const affinity = create('inserted-cookie', { upstreams });

  t.test('is given to a client without one, with its attributes, and kept while its upstream lives', async (t) => {
    const headers: string[] = [];
    t.equal(affinity.commit(affinity.lookup(from()), a, headers), 'inserted');
    t.match(headers[1], /; Path=\/sticky; HttpOnly; SameSite=Lax; Secure$/);
    const lookup = affinity.lookup(from(issue(affinity, a)));
    t.strictSame(lookup, { state: 'valid', upstream: a });
    t.equal(affinity.commit(lookup, a, []), 'none');
  });

  t.test('is understood by any balancer with the same key, and by no other', async (t) => {
    const cookie = issue(affinity, a);
    const reversed = create('inserted-cookie', { upstreams: [...createUpstreams(3)].reverse() });
    t.equal(reversed.lookup(from(cookie)).upstream?.url, a.url);
    t.equal(create('inserted-cookie', { upstreams, secret: 'another' }).lookup(from(cookie)).state, 'invalid');
  });

  t.test('that is forged, stale or broken points nowhere and is replaced', async (t) => {
    const genuine = issue(affinity, a);
    const forged = genuine.replace(a.id, b.id);
    const broken = ['', '.', 'x', a.id, `${a.id}.`, `${genuine}x`, genuine.slice(0, -1), 'http://evil:80', '../..'];
    for (const value of [forged, ...broken.map((text) => (text === genuine ? text : `${AFFINITY_COOKIE}=${text}`))]) {
      const lookup = affinity.lookup(from(value));
      t.strictSame(lookup, { state: 'invalid', upstream: null }, value);
      t.equal(affinity.commit(lookup, b, []), 'updated');
    }
  });

  t.test('of an upstream that is down is replaced; of one that drains it holds until the deadline', async (t) => {
    const cookie = issue(affinity, b);
    b.draining = true;
    t.equal(affinity.lookup(from(cookie)).upstream, b);
    b.drained = true;
    t.strictSame(affinity.lookup(from(cookie)), { state: 'down', upstream: null });
    Object.assign(b, { draining: false, drained: false, health: 'down' });
    t.strictSame(affinity.lookup(from(cookie)), { state: 'down', upstream: null });
    b.health = 'up';
  });
});

/** How many of 1,000 clients are elsewhere after one of five upstreams has gone. */
function countMoved(argument: string): number {
  const upstreams = createUpstreams(5);
  const affinity = create('source-hash', { upstreams, argument });
  const clients = Array.from({ length: 1000 }, (_, i) => from(undefined, `10.1.${i >> 8}.${i & 255}`));
  const before = clients.map((client) => affinity.lookup(client).upstream);
  (upstreams[4] as Upstream).health = 'down';
  return clients.filter((client, i) => affinity.lookup(client).upstream !== before[i]).length;
}

t.test(
  'a source hash moves a fifth of the clients when one of five goes if consistent, four fifths if by modulo',
  async (t) => {
    const consistent = countMoved('consistent');
    const modulo = countMoved('modulo');
    t.ok(consistent > 150 && consistent < 250, `${consistent}`);
    t.ok(modulo > 750 && modulo < 850, `${modulo}`);
  },
);

t.test('a header hash keeps equal values together and leaves requests without it to the policy', async (t) => {
  const affinity = create('header-hash', { upstreams: createUpstreams(4), argument: 'X-User' });
  const at = (user: string) => affinity.lookup(from(undefined, '', { 'x-user': user })).upstream?.id;
  t.equal(at('ann'), at('ann'));
  t.equal(new Set(Array.from({ length: 100 }, (_, i) => at(`user${i}`))).size, 4);
  t.strictSame(affinity.lookup(from()), { state: 'none', upstream: null });
});

t.test('a learned cookie follows the application, and is forgotten when unused', async (t) => {
  const upstreams = createUpstreams(2);
  const [a, b] = upstreams as [Upstream, Upstream];
  let nowMs = 0;
  const affinity = create('learned-cookie', { upstreams, argument: 'sid', now: () => nowMs });
  t.equal(
    affinity.commit(affinity.lookup(from()), a, ['Set-Cookie', 'x=1', 'set-cookie', 'sid=s1; Path=/']),
    'inserted',
  );
  t.equal(affinity.lookup(from('sid=s1')).upstream, a);
  t.equal(affinity.lookup(from('sid=other')).state, 'invalid');
  t.equal(affinity.commit(affinity.lookup(from('sid=s1')), b, ['set-cookie', 'sid=s2']), 'updated');
  t.equal(affinity.lookup(from('sid=s2')).upstream, b);
  nowMs = 29 * 60_000;
  t.equal(affinity.lookup(from('sid=s1')).upstream, a, 'use prolongs it');
  nowMs = 58 * 60_000;
  t.equal(affinity.lookup(from('sid=s1')).upstream, a);
  t.equal(affinity.lookup(from('sid=s2')).state, 'invalid');
});
