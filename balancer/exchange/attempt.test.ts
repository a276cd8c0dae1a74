import { PassThrough } from 'node:stream';
import t from 'tap';
import { ResponseHead } from '../http/response-head.js';
import { Upstream } from '../upstreams/upstream.js';
import { Attempt, type AttemptOwner } from './attempt.js';
import type { ProxyContext } from './context.js';
import { Deadlines } from './deadlines.js';

t.test('a connection that has switched has no deadline, whatever its client reads', async (t) => {
  const deadlines = new Deadlines();
  t.teardown(() => deadlines.close());
  const limits = { connectTimeoutMs: 1, firstByteTimeoutMs: 1, idleTimeoutMs: 1 };
  const context = { deadlines, limits, passive: { onSuccess() {}, onFailure() {} } } as unknown as ProxyContext;
  const owner = {
    onSwitch() {},
    onOutcome: (_: Attempt, outcome: string) => t.fail(outcome),
  } as unknown as AttemptOwner;
  const attempt = new Attempt(context, new Upstream({ url: 'http://a' }), owner, 1);
  attempt.onSwitch(new ResponseHead(101), new PassThrough(), Buffer.alloc(0));
  attempt.resume();
  t.equal(attempt.deadlineMs, Number.POSITIVE_INFINITY);
});
