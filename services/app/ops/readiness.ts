import { setTimeout } from 'node:timers/promises';
import type { BackendName } from '../../contract.js';
import type { Backend, BackendStatus } from '../backends/backend.js';
import { type Backends, listBackends } from '../backends/index.js';

/** How long after an answer, or the lack of one, a backend is asked again. */
const PAUSE_MS = 500;

/** Reply of `/ready`. */
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  /** Those that this instance has opened. */
  readonly backends: Readonly<Partial<Record<BackendName, BackendStatus>>>;
}

export interface ReadinessWatch {
  /** Resolves when each has been asked once. */
  readonly begun: Promise<void>;
  /** What is known, at once. */
  read(): Readiness;
  stop(): void;
}

/**
 * Whether a balancer should send requests here. That takes a database that has answered once, so that no instance joins with a
 * wrong address, and peers that have told what they hold. From then on only draining says no: all instances share the backends, so leaving the rotation
 * over their failure would turn what fails partly (sign-ins, or one strategy) into a failure of everything. They are asked in
 * the background: whoever asked them while answering would wait as long as a frozen one does, and a health check gives up first.
 */
export function watchReadiness(backends: Backends, isDraining: () => boolean): ReadinessWatch {
  const stopping = new AbortController();
  const known: Partial<Record<BackendName, BackendStatus>> = {};
  /** Each on its own: none waits for another. Resolves after the first answer. */
  const watch = async ([name, backend]: [BackendName, Backend]) => {
    known[name] = await backend.status();
    void setTimeout(PAUSE_MS, undefined, { signal: stopping.signal }).then(
      () => watch([name, backend]),
      () => {},
    );
  };
  let wasReady = false;
  const isReady = () => {
    wasReady ||= listBackends(backends).every(([, backend]) => backend.isReady());
    return wasReady;
  };
  const begun = Promise.all(listBackends(backends).map(watch)).then(() => {});
  return {
    begun,
    read: () => ({
      ready: isReady() && !isDraining(),
      draining: isDraining(),
      backends: { ...known },
    }),
    stop: () => stopping.abort(),
  };
}
