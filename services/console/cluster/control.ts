import type { ControlOrder, ControlState } from '../../contract.js';

/** What can be done to the parts of this cluster, and whoever does it. */
export interface Control {
  readonly state: ControlState;
  /** Why nothing can be done, where that is so. */
  readonly cannotAct: string | null;
  /** @throws CannotNow */
  order(order: ControlOrder): Promise<void>;
}
