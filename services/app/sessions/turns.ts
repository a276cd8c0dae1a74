/** Tasks on one thing run one after the other, in the order in which they came; those on others do not wait for them. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Settles as the task does. */
  take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(task);
    const over = turn
      .catch(() => {})
      .then(() => {
        if (this.#last.get(key) === over) this.#last.delete(key);
      });
    this.#last.set(key, over);
    return turn;
  }
}
