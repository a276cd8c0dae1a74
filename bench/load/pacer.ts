/**
 * A thread that only sleeps and wakes the sender whenever requests are due. Timers of an event loop count whole milliseconds
 * and are late by 0.6 ms on average, which would be most of a fast server's latency; a wait on a futex is late by 0.1 to 0.2 ms,
 * and unlike a busy loop it takes no CPU from the cluster under test.
 */
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { clockFrom } from './shared-clock.js';

if (parentPort === null) throw new Error('pacer is the entry of a thread');
/** When requests are due, in milliseconds after the start. */
const atMs = workerData as Float64Array;
const neverNotified = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

parentPort.postMessage('ready');
const [startAt] = (await once(parentPort, 'message')) as [bigint];
const now = clockFrom(startAt);

let next = 0;
while (next < atMs.length) {
  const waitMs = (atMs[next] ?? 0) - now();
  if (waitMs > 0) Atomics.wait(neverNotified, 0, 0, waitMs);
  const due = next;
  const nowMs = now();
  while (next < atMs.length && (atMs[next] ?? 0) <= nowMs) next++;
  if (next > due) parentPort.postMessage('due');
}
