import t from 'tap';
import { Overloaded } from '../errors.js';
import { createPasswords, hashPassword } from './passwords.js';

const COST = { memoryKiB: 8, timeCost: 2, parallelism: 1 };

t.test('a password matches its own hash only', async (t) => {
  const passwords = createPasswords({ ...COST, inFlight: 2, queueLimit: 64 });
  const hash = await hashPassword('right', COST);
  t.match(hash, /^\$argon2id\$v=19\$m=8,t=2,p=1\$/);
  t.equal(await passwords.verify(hash, 'right'), true);
  t.equal(await passwords.verify(hash, 'wrong'), false);
});

t.test('an unknown user costs a check as well, and is refused', async (t) => {
  const passwords = createPasswords({ ...COST, inFlight: 2, queueLimit: 64 });
  t.equal(await passwords.verify(null, 'right'), false);
  t.equal(passwords.checks(), 1);
});

t.test('checks beyond the queue are refused, and those in it are answered', async (t) => {
  const passwords = createPasswords({ ...COST, inFlight: 1, queueLimit: 2 });
  const hash = await hashPassword('right', COST);
  const results = await Promise.allSettled(Array.from({ length: 5 }, () => passwords.verify(hash, 'right')));
  t.same(
    results.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  t.match(results[4], { reason: new Overloaded() });
  t.equal(await passwords.verify(hash, 'right'), true, 'there is room again');
});

t.test('a hash that cannot be read fails its own check and blocks no other', async (t) => {
  const passwords = createPasswords({ ...COST, inFlight: 1, queueLimit: 2 });
  await t.rejects(passwords.verify('no hash', 'right'));
  t.equal(await passwords.verify(await hashPassword('right', COST), 'right'), true);
});
