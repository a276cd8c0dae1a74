/** A thread that sends its part of a closed loop whenever it is told to, and posts its report. */
import { parentPort } from 'node:worker_threads';
import { sendClosedLoop } from './closed-loop.js';
import type { ThreadLoad } from './closed-loop-threads.js';

if (parentPort === null) throw new Error('closed-loop-worker is the entry of a thread');
const driver = parentPort;
driver.on('message', async ({ request, ...load }: ThreadLoad) => {
  driver.postMessage(await sendClosedLoop({ ...load, requests: () => [request] }));
});
