import t from 'tap';
import { BASELINE, type MintReply, ROUTES, STRATEGIES, type StrategyName } from '../../contract.js';
import { BENCH, Client, refused, signedIn } from '../../testing/clients.js';
import { startBacking } from '../../testing/instances.js';

const backing = await startBacking(t);
const { server, resources } = await backing.build();
const names = (Object.keys(STRATEGIES) as StrategyName[]).filter((name) => !backing.skip(name));
const mint = (name: string, body: object, headers = BENCH) =>
  new Client(server, name).send('POST', ROUTES.benchMint, body, headers);

for (const name of names.filter((name) => STRATEGIES[name].canMint)) {
  t.test(`sessions of ${name} are made by themselves, dealt over the users`, async (t) => {
    const before = resources.backends.database.trips();
    const reply = await mint(name, { count: 1500, keep: 3 });
    t.equal(reply.statusCode, 200);
    const stored = STRATEGIES[name].state === 'database' ? 1500 : 0;
    t.equal(resources.backends.database.trips() - before, stored, 'no user is looked up');
    const { credentials } = reply.json<MintReply>();
    const kept = [];
    for (const credential of credentials) {
      const client = new Client(server, name);
      client.credential = credential;
      kept.push(await client.me());
    }
    t.same(kept, ['user500', 'user1000', 'user500'], 'one of 500, and the users begin again after the last');

    const all = (await mint(name, { count: 2, keep: 10 })).json<MintReply>().credentials;
    t.equal(all.length, 2, 'no more are kept than are made');
    const client = new Client(server, name);
    client.credential = all[0] ?? {};
    t.equal(await client.me(), 'user501', 'the next call goes on with the next user');
    t.equal((await client.send('POST', ROUTES.logout)).statusCode, 204);
    t.same((await mint(name, { count: 1, keep: 0 })).json(), { credentials: [] });
  });
}

for (const name of names.filter((name) => !STRATEGIES[name].canMint)) {
  t.test(`no session of ${name} can be made by itself, and the refusal says why`, async (t) => {
    refused(t, await mint(name, { count: 1, keep: 1 }), 501, 'cannot_mint');
  });
}

t.test('minting takes the bench token, and numbers within their limits', async (t) => {
  refused(t, await mint('memory', { count: 1, keep: 0 }, {}), 403, 'forbidden');
  for (const body of [{ count: 0, keep: 0 }, { count: 10_001, keep: 0 }, { count: 1, keep: 1001 }, { count: 1 }])
    refused(t, await mint('memory', body), 400, 'bad_request');
});

t.test('the baseline gives the reply of /me to everyone', async (t) => {
  const reply = await new Client(server, BASELINE).send('GET', ROUTES.me);
  const real = await (await signedIn(server, 'memory', 'user1')).send('GET', ROUTES.me);
  t.equal(reply.body, real.body);
  t.same(Object.keys(reply.headers), Object.keys(real.headers));
});

t.test('without a bench token there are no doors for it', async (t) => {
  const { server: closed } = await backing.build({ BENCH_TOKEN: undefined });
  const client = new Client(closed, 'memory');
  refused(t, await new Client(closed, BASELINE).send('GET', ROUTES.me), 404, 'not_found');
  refused(t, await client.send('POST', ROUTES.benchLogin, { username: 'user1' }, BENCH), 404, 'not_found');
  refused(t, await client.send('POST', ROUTES.benchMint, { count: 1, keep: 0 }, BENCH), 404, 'not_found');
});
