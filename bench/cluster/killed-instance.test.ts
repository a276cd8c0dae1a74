import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { BASELINE, ROUTES } from '../../services/contract.js';
import type { LoadRequest } from '../load/load-result.js';
import { runOpenLoop } from '../load/open-loop.js';
import { createSchedule } from '../load/schedule.js';
import { startTestCluster } from '../testing/local-cluster.js';
import type { Cluster } from './cluster.js';
import { fetchJson } from './http.js';
import { takeSnapshot } from './serving.js';

const GETS_RPS = 500;
const POSTS_RPS = 200;
let cluster: Cluster;

t.before(async () => {
  cluster = await startTestCluster({ strategies: ['jwt'], instances: 4 });
});
t.teardown(() => cluster.stop());

/** Users who do not wait for each other, for as long as something is done to the cluster. */
async function whileSending(
  { rateRps, durationMs, request }: { rateRps: number; durationMs: number; request: LoadRequest },
  act: () => Promise<void>,
) {
  const schedule = createSchedule({ rateRps, durationMs, arrivals: 'poisson', identities: 1 }, 1);
  const sending = runOpenLoop({ url: cluster.url, schedule, requests: [request], threads: 1 });
  await act();
  return sending;
}

const snapshot = () => takeSnapshot(cluster.admin);
const get: LoadRequest = { path: `/${BASELINE}${ROUTES.me}` };

t.test('no GET fails when one of four is killed, nor when it is back', async (t) => {
  const { sent, statuses, failures } = await whileSending(
    { rateRps: GETS_RPS, durationMs: 3_000, request: get },
    async () => {
      await setTimeout(500);
      await cluster.kill('instance-2');
      await setTimeout(500);
      await cluster.restart('instance-2');
    },
  );
  t.same(failures, {});
  t.same(statuses, { 200: sent });
});

t.test('no GET fails while all are restarted one after the other', async (t) => {
  const { sent, statuses, failures } = await whileSending(
    { rateRps: GETS_RPS, durationMs: 8_000, request: get },
    async () => {
      for (const name of ['instance-1', 'instance-2', 'instance-3', 'instance-4']) await cluster.restart(name);
    },
  );
  t.same(failures, {});
  t.same(statuses, { 200: sent });
});

t.test('of POSTs only those fail that the killed instance was at', async (t) => {
  const login = await fetchJson<{ token: string }>(`${cluster.url}/jwt${ROUTES.login}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'user1', password: cluster.demoPassword }),
  });
  const request: LoadRequest = {
    method: 'POST',
    path: `/jwt${ROUTES.posts}`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${login.token}` },
    body: JSON.stringify({ title: 'title', body: 'body' }),
  };
  const failuresBefore = new Map((await snapshot()).upstreams.map(({ id, failures }) => [id, failures]));
  const { sent, statuses, failures } = await whileSending(
    { rateRps: POSTS_RPS, durationMs: 2_000, request },
    async () => {
      await setTimeout(700);
      await cluster.kill('instance-3');
    },
  );
  const failed = (await snapshot()).upstreams
    .map(({ id, failures }) => failures - (failuresBefore.get(id) ?? 0))
    .filter((count) => count > 0);
  t.same(failures, {}, 'every request has an answer');
  const lost = statuses[502] ?? 0;
  t.equal((statuses[201] ?? 0) + lost, sent);
  t.equal(failed.length, 1, 'the killed instance alone failed');
  t.ok(lost <= (failed[0] ?? 0), `${lost} of ${sent} POSTs lost, ${failed[0]} attempts at the killed instance failed`);
  t.comment(`${lost} of ${sent} POSTs lost, ${failed[0]} attempts at the killed instance failed`);
});
