import t from 'tap';
import { createPasswords, hashPassword } from './passwords.js';

const COST = { memoryKiB: 8, timeCost: 2, parallelism: 1 };

t.test('a password matches its own hash only', async (t) => {
  const passwords = createPasswords(COST);
  const hash = await hashPassword('right', COST);
  t.match(hash, /^\$argon2id\$v=19\$m=8,t=2,p=1\$/);
  t.equal(await passwords.verify(hash, 'right'), true);
  t.equal(await passwords.verify(hash, 'wrong'), false);
});

t.test('an unknown user costs a check as well, and is refused', async (t) => {
  const passwords = createPasswords(COST);
  t.equal(await passwords.verify(null, 'right'), false);
  t.equal(passwords.checks(), 1);
});

t.test('a hash that cannot be read fails its own check', async (t) => {
  const passwords = createPasswords(COST);
  await t.rejects(passwords.verify('no hash', 'right'));
});
