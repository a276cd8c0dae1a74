import t from 'tap';
import { newJwk } from '../../secrets/new-secrets.js';
import { loadTokenKeyring } from './keys.js';

const [current, previous] = [await newJwk('ES256'), await newJwk('ES256')];
const load = (files: Record<string, string>) => loadTokenKeyring(t.testdir(files), 'ES256');
const kids = async (files: Record<string, string>) => (await load(files)).accepted.map(({ kid }) => kid);

t.test('a key is accepted beside the current one where there is a file for it', async (t) => {
  const file = { 'jwt-ES256.json': JSON.stringify(current) };
  t.same(await kids(file), [current.kid]);
  t.same(await kids({ ...file, 'jwt-ES256-previous.json': JSON.stringify(previous) }), [current.kid, previous.kid]);
  t.same(await kids({ ...file, 'jwt-ES256-previous.json': JSON.stringify(current) }), [current.kid]);
  t.equal((await load(file)).current.kid, current.kid);
});

t.test('a key file that is not as it should be is named', async (t) => {
  const file = { 'jwt-ES256.json': JSON.stringify(current) };
  await t.rejects(load({}), /jwt-ES256\.json cannot be read \(ENOENT\)/);
  await t.rejects(load({ 'jwt-ES256.json': '{}' }), /a broken jwt-ES256\.json was given/);
  await t.rejects(load({ ...file, 'jwt-ES256-previous.json': '{}' }), /a broken jwt-ES256-previous\.json was given/);
  await t.rejects(
    load({ ...file, 'jwt-ES256-previous.json': '' }),
    /jwt-ES256-previous\.json cannot be read \(empty\)/,
  );
});
