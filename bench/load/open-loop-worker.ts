/** A thread that sends its part of an open-loop load: it says when it is ready, is told the start, and posts its report. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { OpenLoopSender, type SenderLoad } from './open-loop-sender.js';
import { clockFrom } from './shared-clock.js';

if (parentPort === null) throw new Error('open-loop-worker is the entry of a thread');
const load = workerData as SenderLoad;
const pacer = new Worker(new URL('./pacer.js', import.meta.url), { workerData: load.schedule.atMs, execArgv: [] });
await Promise.all([once(pacer, 'message'), exercise(500)]);
parentPort.postMessage('ready');
const [startAt] = (await once(parentPort, 'message')) as [bigint];

const sender = new OpenLoopSender(load, clockFrom(startAt), (report) => parentPort?.postMessage(report));
pacer.on('message', () => sender.sendDue());
pacer.postMessage(startAt);

/**
 * Sends requests to a server of this thread's own, so that the code is compiled before it is timed: the first request of a
 * cold thread takes some 10 ms. The target is left alone, and its counters with it.
 */
async function exercise(count: number): Promise<void> {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const schedule = { atMs: new Float64Array(count), identity: new Uint32Array(count) };
  await new Promise((resolve) => {
    const rehearsal = { ...load, url, schedule, connections: 8 };
    new OpenLoopSender(rehearsal, clockFrom(process.hrtime.bigint()), resolve).sendDue();
  });
  server.close();
}
