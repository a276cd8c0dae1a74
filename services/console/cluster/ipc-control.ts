import type { ControlNews, ControlOrder, ControlReply, ControlRequest, ControlState } from '../../contract.js';
import { CannotNow } from '../errors.js';
import type { Control } from './control.js';

/** Orders to the process that has started the cluster, and this one. */
export class IpcControl implements Control {
  state: ControlState = { parts: [], canAdd: false };
  readonly cannotAct = null;
  readonly #waiting = new Map<number, (failure: string | null) => void>();
  #lastId = 0;

  /** @param changed is told what happened by itself, if anything did */
  constructor(changed: (line: string | null) => void) {
    process.on('message', (message: Partial<ControlNews & ControlReply>) => {
      if (message.controlReply) {
        const { id, failure } = message.controlReply;
        this.#waiting.get(id)?.(failure);
        this.#waiting.delete(id);
      }
      if (message.controlNews) {
        this.state = message.controlNews.state;
        changed(message.controlNews.line);
      }
    });
  }

  async order(order: ControlOrder): Promise<void> {
    const id = ++this.#lastId;
    const done = new Promise<string | null>((resolve) => this.#waiting.set(id, resolve));
    process.send?.({ control: { id, order } } satisfies ControlRequest);
    const failure = await done;
    if (failure !== null) throw new CannotNow(failure);
  }
}
