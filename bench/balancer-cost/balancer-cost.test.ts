import t from 'tap';
import { TRANSPORTS } from '../../balancer/contract.js';
import { readEnvironment } from '../config.js';
import type { LoadResult } from '../load/load-result.js';
import { createRandom } from '../stats/prng.js';
import { toCells } from './cells.js';
import { type CostOptions, parseCostOptions, SIZES } from './options.js';
import { haproxyConfig, nginxConfig } from './proxy-config.js';
import { type Lane, planLanes } from './rounds.js';
import { findProxies, runBalancerCost } from './run.js';
import { renderCosts } from './table.js';

t.test('without options a run is quick and compares everything', async (t) => {
  const options = parseCostOptions([]);
  t.match(options, { sizes: SIZES.quick, seed: 1 });
  t.same(options?.proxies, ['direct', ...TRANSPORTS, 'haproxy', 'nginx']);
  t.same(options?.sizes.connections, [32, 256]);
  t.ok((options?.sizes.rounds ?? 0) >= 5);
  const narrowed = parseCostOptions(['--full', '--proxies', 'nginx,undici,nginx', '--seed', '7']);
  t.match(narrowed, { sizes: SIZES.full, proxies: ['nginx', 'undici'], seed: 7 });
});

t.test('every mistake is one line that names what was given and what is allowed', async (t) => {
  const mistakes: [string[], RegExp][] = [
    [['--proxies', 'undici,traefik'], /Unknown: "traefik". Allowed: direct, .*haproxy, nginx/],
    [['--seed', 'x'], /"x" is not a whole number from 0/],
    [['--quick', '--full'], /cannot be used with/],
    [['--rounds', '3'], /unknown option '--rounds'/],
    [['--out', 'x'], /unknown option '--out'/],
    [['now'], /too many arguments/],
  ];
  for (const [args, message] of mistakes) {
    t.throws(() => parseCostOptions(args), { code: 'BAD_OPTION', message }, args.join(' '));
  }
});

t.test('the other proxies are given two upstreams, kept connections and no log', async (t) => {
  const addresses = { port: 8000, upstreams: ['127.0.0.1:1', '127.0.0.1:2'] };
  const haproxy = haproxyConfig(addresses);
  for (const line of ['nbthread 1', 'balance roundrobin', 'bind 127.0.0.1:8000', 'server upstream2 127.0.0.1:2']) {
    t.match(haproxy, line);
  }
  t.notMatch(haproxy, /\blog\b|check/);
  const nginx = nginxConfig(addresses, '/tmp/x', '--without-http_scgi_module');
  for (const line of ['access_log off', 'keepalive 512', 'server 127.0.0.1:2;', 'uwsgi_temp_path /tmp/x/uwsgi;']) {
    t.match(nginx, line);
  }
  t.notMatch(nginx, 'scgi_temp_path /tmp/x/scgi', 'a module that is not built in has no directive');
});

/** A round in which everything adds up. */
function round(cpuPerRequest: number, latencyMs: number): Lane['rounds'][number] {
  const answered = 1000;
  const load: LoadResult = {
    startedAt: new Date(0),
    finishedAt: new Date(1000),
    durationMs: 1000,
    sent: answered,
    answered,
    failures: {},
    statuses: { 200: answered },
    unexpected: 0,
    throughputRps: answered,
    goodputRps: answered,
    latency: { count: answered, meanMs: latencyMs, p50Ms: latencyMs, p99Ms: 2 * latencyMs, maxMs: 3 * latencyMs },
    meanInFlight: latencyMs,
    requestBytes: 50,
    responseBytes: 500,
    generatorCpuMicros: 20_000,
    generatorThreads: 2,
  };
  return { load, proxyCpuMicros: cpuPerRequest * answered, replies: answered };
}

function measuredLanes(): Lane[] {
  const costs: Record<string, readonly [number, number]> = {
    direct: [0, 1],
    undici: [30, 3],
    haproxy: [20, 2],
    'http-proxy': [50, 4],
  };
  const shapes = {
    connections: [32, 256],
    replyBytes: [300, 65_536] as const,
    roundMs: 1,
    warmUpRequests: 1,
    rounds: 3,
  };
  return planLanes(Object.keys(costs), shapes)
    .flat()
    .map((lane) => {
      const [cpu = 0, latency = 0] = costs[lane.proxy] ?? [];
      return { ...lane, rounds: [1, 1.1, 1.2].map((slowness) => round(cpu * slowness, latency * slowness)) };
    });
}

const random = (label: string) => createRandom(1, label);

t.test('ratios and added latency are paired within rounds', async (t) => {
  const cells = toCells(measuredLanes(), random);
  t.equal(cells.length, 4 * 5, 'four shapes of four proxies and a control');
  const of = (proxy: string, control?: true) =>
    cells.find(({ factors }) => factors.proxy === proxy && factors.control === control)?.metrics;
  t.match(of('undici')?.balancerCpuMicrosPerRequest, { value: 33, n: 3, unit: 'µs' });
  for (const [metric, ratio] of Object.entries({ cpuRatioToHaproxy: 1.5, cpuRatioToHttpProxy: 0.6 })) {
    const { value = 0, low = 0, high = 0 } = of('undici')?.[metric] ?? {};
    for (const side of [value, low, high]) t.ok(Math.abs(side - ratio) < 1e-9, 'what slows a whole round cancels out');
  }
  t.ok(Math.abs((of('undici')?.addedP50Ms?.value ?? 0) - 2.2) < 1e-9);
  t.equal(of('haproxy', true)?.cpuRatioToHaproxy?.value, 1, 'the control is compared with its own proxy');
  t.notOk(of('haproxy')?.cpuRatioToHaproxy);
  t.notOk(of('direct')?.balancerCpuMicrosPerRequest);
  t.ok(cells.every(({ checks }) => checks.length > 0 && checks.every(({ ok }) => ok)));
});

t.test('the table fits 80 columns and tells what is missing or does not add up', async (t) => {
  const lanes = measuredLanes();
  const lossy = lanes.find(({ proxy }) => proxy === 'undici');
  lossy?.rounds.splice(0, 1, { ...round(30, 3), replies: 999 });
  const text = renderCosts(toCells(lanes, random), [{ proxy: 'nginx', reason: 'not installed' }]);
  const tables = text.split('\n').filter((line) => !line.startsWith('! '));
  t.same(
    tables.filter((line) => line.length > 80),
    [],
  );
  t.match(text, /^32 connections, replies of 300 bytes$/m);
  t.match(text, /^256 connections, replies of 65,536 bytes$/m);
  t.match(text, /^http-proxy +55 ±\d+% +2\.5 ±/m);
  t.match(text, /^undici! /m);
  t.match(text, /^! undici! 32 connections, 300 bytes, servers count the same: 2 of 3 rounds/m);
  t.match(text, /^nginx was skipped: not installed\.$/m);
});

const small: CostOptions = {
  sizes: { connections: [4], replyBytes: [300, 65_536], rounds: 3, roundMs: 60, warmUpRequests: 40 },
  proxies: ['direct', 'undici', 'haproxy', 'nginx'],
  seed: 1,
};

function dependencies(onProgress: (text: string, abort: () => void) => void = () => {}) {
  const interruption = new AbortController();
  const write = (text: string) => onProgress(text, () => interruption.abort());
  return {
    environment: readEnvironment(),
    stream: { write, isTTY: false } as unknown as NodeJS.WriteStream,
    now: Date.now,
    signal: interruption.signal,
  };
}

t.test('a run measures every proxy that is installed', async (t) => {
  const { cells, skipped, failure } = await runBalancerCost(small, dependencies());
  t.equal(failure, undefined);
  const measured = new Set(cells.map(({ factors }) => factors.proxy));
  t.same([...measured, ...skipped.map(({ proxy }) => proxy)].sort(), [...small.proxies].sort());
  for (const { factors, metrics, checks } of cells) {
    const place = `${factors.proxy}, ${factors.replyBytes} bytes`;
    t.ok((metrics.throughputRps?.value ?? 0) > 0, place);
    for (const name of ['sent = answered + failed', 'no unexpected status', 'servers count the same']) {
      t.match(
        checks.find((check) => check.name === name),
        { ok: true },
        place,
      );
    }
    if (factors.proxy === 'undici') t.ok((metrics.balancerCpuMicrosPerRequest?.value ?? 0) > 0);
  }
});

t.test('an interrupted run keeps the rounds that were whole', async (t) => {
  const sizes = { ...small.sizes, rounds: 50, replyBytes: [300] as const };
  const interrupted = dependencies((text, abort) => text.includes('round 3') && abort());
  const { cells, failure } = await runBalancerCost({ ...small, sizes, proxies: ['direct'] }, interrupted);
  t.equal(failure, 'interrupted');
  t.match(cells, [{ metrics: { throughputRps: { n: 2 } } }]);
});

t.test('what is not installed is skipped with its reason, and a run of nothing is a mistake', async (t) => {
  const { names, skipped } = findProxies(['direct', 'nginx', 'undici'], t.testdir());
  t.same(names, ['direct', 'undici']);
  t.same(skipped, [{ proxy: 'nginx', reason: 'not installed (apt-get install nginx-light)' }]);
  t.throws(() => findProxies(['haproxy'], ''), { code: 'BAD_OPTION', message: /--proxies: .*haproxy not installed/ });
});
