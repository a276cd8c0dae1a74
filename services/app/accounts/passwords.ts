import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';

export interface HashCost {
  readonly memoryKiB: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

export interface Passwords {
  /** Whether the password belongs to the hash. Without a hash (an unknown user) the answer is no, after the same work. */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
  hash(password: string): Promise<string>;
  /** Checks begun so far. */
  checks(): number;
}

/** @returns the argon2id hash in PHC string format, which carries its cost and salt */
export function hashPassword(password: string, { memoryKiB, timeCost, parallelism }: HashCost): Promise<string> {
  return argon2.hash(password, { type: argon2.argon2id, memoryCost: memoryKiB, timeCost, parallelism });
}

export function createPasswords(cost: HashCost): Passwords {
  let checks = 0;
  const decoy = hashPassword(randomBytes(16).toString('hex'), cost);
  return {
    async verify(passwordHash, password) {
      checks++;
      const isMatch = await argon2.verify(passwordHash ?? (await decoy), password);
      return isMatch && passwordHash !== null;
    },
    hash: (password) => hashPassword(password, cost),
    checks: () => checks,
  };
}
