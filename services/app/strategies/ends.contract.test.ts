import t from 'tap';
import { ROUTES, STRATEGIES, type StrategyName, type StrategyTraits } from '../../contract.js';
import { Client, signedIn } from '../../testing/clients.js';
import { DEMO_PASSWORD } from '../../testing/environment.js';
import { startBacking } from '../../testing/instances.js';
import { strategies } from './index.js';

/** When what was ended is refused: by the instance that was asked to end it, and by another one. */
const backing = await startBacking(t);
let nowMs = Date.now();
/** It never stands still: what is issued after an end is told from what was issued before by its time. */
const now = () => ++nowMs;
const here = await backing.build({}, now);
const elsewhere = await backing.build({}, now);
const { directory } = here.resources;
const { lifetimeSeconds, clockToleranceSeconds } = here.resources.config.tokens;

type Act = keyof StrategyTraits['ends'];

interface Named {
  readonly id: number;
  readonly username: string;
}

/** Those that end one session; the others end all of a user. */
const OF_ONE: readonly Act[] = ['logout', 'replacement'];

/** What is done to a user, by himself in his own session or by an admin, at the instance `here`. */
const ACTS: Readonly<Record<Act, (own: Client, admin: Client, user: Named) => ReturnType<Client['send']>>> = {
  logout: (own) => own.send('POST', ROUTES.logout),
  passwordChange: (own) => own.send('POST', ROUTES.password, { current: DEMO_PASSWORD, next: 'another one' }),
  revocation: (_own, admin, { id }) => admin.send('POST', ROUTES.revokeUser.replace(':id', String(id))),
  replacement: (own, _admin, { username }) => own.alike().signIn(username, own.credential),
  demotion: (_own, admin, { id }) => admin.send('PUT', ROUTES.userRole.replace(':id', String(id)), { role: 'user' }),
};

/** Whether what is ended still counts. A demotion takes the right of an admin, and need not sign out. */
const isAccepted = async (client: Client, act: Act) =>
  (await client.send('GET', act === 'demotion' ? ROUTES.adminUsers : ROUTES.me)).statusCode === 200;

/** Nobody's account is used twice, as each act changes it. */
let users = 0;

for (const name of Object.keys(strategies) as StrategyName[]) {
  t.test(`the ${name} strategy`, { skip: backing.skip(name) }, async (t) => {
    for (const act of Object.keys(ACTS) as Act[]) {
      const end = STRATEGIES[name].ends[act];
      t.test(`ends what a ${act} takes away ${end}`, async (t) => {
        const username = `user${++users}`;
        const id = (await directory.find(username))?.id ?? 0;
        if (act === 'demotion') await directory.changeRole(id, 'admin');
        const own = await signedIn(here.server, name, username);
        const remote = await signedIn(elsewhere.server, name, username);
        const bystander = await signedIn(here.server, name, 'user1000');
        const admin = await signedIn(here.server, name, 'admin');
        t.ok((await isAccepted(own, act)) && (await isAccepted(remote, act)));

        t.ok((await ACTS[act](own, admin, { id, username })).statusCode < 300);
        const isEndedHere = end === 'at once' || end === 'where it is held';
        t.equal(await isAccepted(own, act), !isEndedHere, 'at the instance that was asked');
        if (!OF_ONE.includes(act)) t.equal(await isAccepted(remote, act), end !== 'at once', 'at another instance');
        t.equal(await bystander.me(), 'user1000', 'no one else is signed out');

        nowMs += (lifetimeSeconds + clockToleranceSeconds + 1) * 1000;
        t.equal(await isAccepted(own, act), end === 'never', 'when a token would have run out');
      });
    }

    t.test('lets the user sign in again', async (t) => {
      const username = `user${++users}`;
      const own = await signedIn(here.server, name, username);
      await own.send('POST', ROUTES.password, { current: DEMO_PASSWORD, next: 'another one' });
      const again = new Client(here.server, name);
      t.equal((await again.signIn(username)).statusCode, 401, 'not with the old password');
      t.equal((await again.signIn(username, {}, 'another one')).statusCode, 200);
      t.equal(await again.me(), username);
    });
  });
}
