import type { BatteryCase } from '../../contract.js';

type Answered = BatteryCase['answers'][number];

/** Answers in the order in which they come: those in a row with one status become one. */
export class Answers {
  readonly all: Answered[] = [];

  /** @param atMs when was asked, since what was tried had been done; @param status 0 where no answer came */
  add(atMs: number, status: number): void {
    const last = this.all.at(-1);
    if (last?.status === status) {
      this.all[this.all.length - 1] = { ...last, lastMs: Math.max(last.lastMs, atMs), count: last.count + 1 };
    } else this.all.push({ status, firstMs: atMs, lastMs: atMs, count: 1 });
  }
}

/** Of something that is tried once. */
export function answeredOnce(status: number): Answered[] {
  return [{ status, firstMs: 0, lastMs: 0, count: 1 }];
}
