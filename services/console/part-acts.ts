import { CONTROL_ACTS, type ControlAct } from '../contract.js';
import type { Console } from './console.js';
import type { PartAct } from './contract.js';
import { CannotNow } from './errors.js';

/** End the process, and with it what it held in its memory. */
const ENDING: readonly PartAct[] = ['kill', 'stop', 'restart', 'remove'];

/** For the log: what was done to a part. */
export const DONE: Readonly<Record<PartAct, string>> = {
  kill: 'was killed',
  freeze: 'was frozen',
  thaw: 'goes on',
  revive: 'was started again',
  drain: 'is drained: it takes no new users',
  resume: 'takes new users again',
  remove: 'was removed',
  stop: 'was stopped',
  restart: 'was replaced by a new process',
};

/** @throws CannotNow */
export async function actOnPart(
  { cluster, control, admin, agents }: Console,
  name: string,
  act: PartAct,
): Promise<void> {
  await cluster.refresh();
  const part = cluster.parts.find((one) => one.name === name);
  if (part === undefined) throw new CannotNow(`There is no ${name}.`);
  if (!part.acts.includes(act)) {
    const possible = part.acts.length === 0 ? 'nothing' : part.acts.join(', ');
    throw new CannotNow(`${act} cannot be done to ${name} now, which is ${part.state}; what can: ${possible}.`);
  }
  if (ENDING.includes(act)) agents.loseSessionsAt(name);
  if (isControlAct(act)) await control.order({ do: 'part', part: name, act });
  else await admin.change(cluster.upstreamOf(name)?.id ?? '', act);
}

function isControlAct(act: PartAct): act is ControlAct {
  return (CONTROL_ACTS as readonly PartAct[]).includes(act);
}
