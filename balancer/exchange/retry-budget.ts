/**
 * A token bucket: each request pays in a fraction of a retry, each retry takes one out. A dead instance costs a few
 * retries; when all are failing, retries add at most `ratio` to the load. The reserve lets a quiet balancer retry at all.
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #tokens: number;

  constructor({ ratio = 0.2, reserve = 100 }: { ratio?: number; reserve?: number } = {}) {
    this.#ratio = ratio;
    this.#reserve = reserve;
    this.#tokens = reserve;
  }

  deposit(): void {
    if (this.#tokens < this.#reserve) this.#tokens += this.#ratio;
  }

  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
