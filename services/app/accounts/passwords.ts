import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { Overloaded } from '../errors.js';

export interface HashCost {
  readonly memoryKiB: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

export interface PasswordGate {
  /** Hashes computed at once. Each takes a thread of libuv's pool, where token signatures are checked too. */
  readonly inFlight: number;
  /** Checks that may wait beyond those. */
  readonly queueLimit: number;
}

export interface Passwords {
  /**
   * Whether the password belongs to the hash. Without a hash (an unknown user) the answer is no, after the same work.
   * @throws Overloaded when the queue is full
   */
  verify(passwordHash: string | null, password: string): Promise<boolean>;
  /** Checks begun so far. */
  checks(): number;
}

/** @returns the argon2id hash in PHC string format, which carries its cost and salt */
export function hashPassword(password: string, { memoryKiB, timeCost, parallelism }: HashCost): Promise<string> {
  return argon2.hash(password, { type: argon2.argon2id, memoryCost: memoryKiB, timeCost, parallelism });
}

export function createPasswords(options: HashCost & PasswordGate): Passwords {
  const { inFlight, queueLimit } = options;
  const waiting: (() => void)[] = [];
  let running = 0;
  let checks = 0;
  const decoy = hashPassword(randomBytes(16).toString('hex'), options);

  const enter = async () => {
    if (running < inFlight) {
      running++;
      return;
    }
    if (waiting.length >= queueLimit) throw new Overloaded();
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  /** Whoever has waited longest takes over the place, so that `running` stays as it is. */
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };

  return {
    async verify(passwordHash, password) {
      await enter();
      checks++;
      try {
        const isMatch = await argon2.verify(passwordHash ?? (await decoy), password);
        return isMatch && passwordHash !== null;
      } finally {
        leave();
      }
    },
    checks: () => checks,
  };
}
