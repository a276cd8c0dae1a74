import { CompactEncrypt, generateSecret } from 'jose';
import t from 'tap';
import { flip } from '../../attacks/cookies.js';
import { SECRET_FILES } from '../../contract.js';
import { newSealJwk } from '../../secrets/new-secrets.js';
import { loadSealKeyring } from './seal-keys.js';
import { createSeals } from './seals.js';

const USER = { id: 1, username: 'user1', role: 'user' } as const;
const OPTIONS = { issuer: 'authscale', audience: 'authscale', lifetimeSeconds: 900, clockToleranceSeconds: 5 };
const [older, newer] = [await newSealJwk(), await newSealJwk()];
const PREVIOUS = 'seal-key-previous.json';
let nowMs = Date.now();

const load = (files: Record<string, object | string>) =>
  loadSealKeyring(
    t.testdir(
      Object.fromEntries(
        Object.entries(files).map(([name, it]) => [name, typeof it === 'string' ? it : JSON.stringify(it)]),
      ),
    ),
  );
const sealsOf = async (current: object, previous?: object) =>
  createSeals(
    await load({ [SECRET_FILES.seal]: current, ...(previous && { [PREVIOUS]: previous }) }),
    OPTIONS,
    () => nowMs,
  );

t.test('who has no key can neither read nor change it', async (t) => {
  const seals = await sealsOf(newer);
  const sealed = await seals.seal(USER);
  t.match(await seals.open(sealed), { user: USER });
  const parts = sealed.split('.');
  t.equal(parts.length, 5);
  for (const part of parts) t.notMatch(Buffer.from(part, 'base64url').toString('latin1'), 'user1');
  for (let at = 0; at < parts.length; at++) {
    const tampered = parts.map((part, index) => (index === at ? flip(part) : part)).join('.');
    t.equal(await seals.open(tampered), null, `part ${at}`);
  }
  for (const other of ['', '.', '....', 'x', `${sealed}.`, sealed.slice(0, -2)]) t.equal(await seals.open(other), null);
});

t.test('it is good for as long as a token, and not longer', async (t) => {
  const seals = await sealsOf(newer);
  const sealed = await seals.seal(USER);
  nowMs += 899_000;
  t.ok(await seals.open(sealed));
  nowMs += 7_000;
  t.equal(await seals.open(sealed), null);
});

t.test('keys change without a gap, and an old one is refused', async (t) => {
  const before = await (await sealsOf(older)).seal(USER);
  const announced = await sealsOf(older, newer);
  const swapped = await sealsOf(newer, older);
  const over = await sealsOf(newer);
  t.ok(
    await announced.open(await swapped.seal(USER)),
    'whoever has not swapped yet opens what is sealed with the new key',
  );
  t.ok(await swapped.open(before));
  t.equal(await over.open(before), null);
  t.ok(await over.open(await swapped.seal(USER)));
});

t.test('another use of the key, another algorithm and another type are refused', async (t) => {
  const keyring = await load({ [SECRET_FILES.seal]: newer });
  const seals = createSeals(keyring, OPTIONS, () => nowMs);
  const { kid, key } = keyring.current;
  const claims = Buffer.from(
    JSON.stringify({
      ...USER,
      sub: '1',
      jti: 'x',
      iss: 'authscale',
      aud: 'authscale',
      iat: nowMs / 1000,
      exp: nowMs / 1000 + 60,
    }),
  );
  const encrypt = (header: object, withKey = key) =>
    new CompactEncrypt(claims)
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ: 'session+jwt', kid, ...header })
      .encrypt(withKey);
  t.match(await seals.open(await encrypt({})), { user: USER });
  t.equal(await seals.open(await encrypt({ typ: 'at+jwt' })), null);
  t.equal(await seals.open(await encrypt({ kid: 'unknown' })), null);
  t.equal(await seals.open(await encrypt({ alg: 'A256GCMKW' }, await generateSecret('A256GCMKW'))), null);
  t.equal(await seals.open(await encrypt({}, await generateSecret('A256GCM'))), null);
});

t.test('a key file that is not as it should be is named', async (t) => {
  await t.rejects(load({}), /seal-key\.json cannot be read \(ENOENT\)/);
  await t.rejects(load({ [SECRET_FILES.seal]: '{}' }), /a broken seal-key\.json was given/);
  await t.rejects(load({ [SECRET_FILES.seal]: { ...newer, k: 'short' } }), /a broken seal-key\.json was given/);
  await t.rejects(load({ [SECRET_FILES.seal]: newer, [PREVIOUS]: '' }), /previous\.json cannot be read \(empty\)/);
});
