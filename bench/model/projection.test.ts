import t from 'tap';
import { DEFAULT_INPUTS, project, type StrategyCosts } from './projection.js';

const sessions: StrategyCosts = {
  instanceCpuMicros: 36,
  balancerCpuMicros: 28,
  storeCpuMicros: 2,
  loginCpuMicros: 25_000,
  requestBytes: 250,
  responseBytes: 350,
  sessionStoreBytes: 400,
  sessionInstanceBytes: 0,
};

t.test('a projection is in proportion to the measured costs', async (t) => {
  const inputs = { ...DEFAULT_INPUTS, requestsPerUserHour: 36, sessionHours: 10, targetUtilization: 0.5 };
  // 10^6 users: 10,000 requests/s take 0.36 cores and 27.8 logins/s take 0.69, each instance giving half a core.
  const projection = project(sessions, inputs, 1e6);
  t.match(projection, { requestsPerSecond: 10_000, instances: 3, balancers: 1, stores: 1, storeMemoryBytes: 4e8 });
  t.equal(Math.round(projection.loginsPerSecond), 28);
  t.equal(Math.round(projection.networkBitsPerSecond), 48_000_000);
  // Half a balancer core at 28 us is 17,857 requests/s.
  t.same(projection.firstToGiveOut, { tier: 'balancer', atUsers: 1_785_714 });
});

t.test('what a strategy keeps decides which tier gives out first', async (t) => {
  const fat = { ...sessions, sessionStoreBytes: 100_000 };
  t.equal(project(fat, DEFAULT_INPUTS, 1e4).firstToGiveOut.tier, 'store memory');
  const chatty = { ...sessions, responseBytes: 1_000_000 };
  t.equal(project(chatty, DEFAULT_INPUTS, 1e4).firstToGiveOut.tier, 'network');
  const token = { ...sessions, storeCpuMicros: 0, sessionStoreBytes: 0 };
  t.match(project(token, DEFAULT_INPUTS, 1e9), { stores: 0, storeMemoryBytes: 0 });
  const inMemory = { ...token, sessionInstanceBytes: 100_000 };
  t.ok(project(inMemory, DEFAULT_INPUTS, 1e6).instances > project(token, DEFAULT_INPUTS, 1e6).instances);
});

t.test('more users never take less, and the source of the function is enough to run it', async (t) => {
  const carried: typeof project = new Function(`return ${project}`)();
  let previous = 0;
  for (let power = 4; power <= 9; power++) {
    const projection = project(sessions, DEFAULT_INPUTS, 10 ** power);
    t.same(carried(sessions, DEFAULT_INPUTS, 10 ** power), projection);
    t.ok(projection.instances >= previous);
    previous = projection.instances;
  }
});
