import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import type { AnswerCount, InstanceStats } from '../../contract.js';
import type { App } from '../app.js';
import type { Resources } from '../resources.js';
import type { Traffic } from '../traffic.js';

const DELAY_RESOLUTION_MS = 20;
const NANOS_PER_MS = 1e6;

/** Starts the process's own observers and returns what reads everything at once. */
export function createStats({ traffic, mounted }: App, resources: Resources): () => InstanceStats {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const gc = { count: 0, pauseMs: 0 };
  new PerformanceObserver((entries) => {
    for (const entry of entries.getEntries()) {
      gc.count++;
      gc.pauseMs += entry.duration;
    }
  }).observe({ entryTypes: ['gc'] });

  return () => {
    const cpu = process.cpuUsage();
    const memory = process.memoryUsage();
    return {
      instance: resources.config.instanceId,
      pid: process.pid,
      uptimeSeconds: process.uptime(),
      node: process.versions.node,
      jwtAlgorithm: resources.config.tokens.algorithm,
      cohortLimit: resources.config.cohortLimit,
      cpu: { userMicros: cpu.user, systemMicros: cpu.system },
      memory: { rssBytes: memory.rss, heapUsedBytes: memory.heapUsed, externalBytes: memory.external },
      eventLoop: {
        utilization: performance.eventLoopUtilization().utilization,
        delayP99Ms: delay.percentile(99) / NANOS_PER_MS,
        delayMaxMs: delay.max / NANOS_PER_MS,
      },
      gc: { ...gc },
      requests: traffic.answered(),
      answers: Object.fromEntries([...mounted.keys()].map((name) => [name, countAnswers(traffic, name)])),
      strategies: Object.fromEntries([...mounted].map(([name, strategy]) => [name, strategy.usage()])),
      databaseTrips: resources.backends.database.trips(),
      passwordChecks: resources.passwords.checks(),
    };
  };
}

function countAnswers({ tallies }: Traffic, strategy: string): AnswerCount {
  const own = tallies.filter(({ route }) => route.startsWith(`/${strategy}/`));
  const answers = own.flatMap(({ byStatus }) => [...byStatus]).map(([status, requests]) => ({ status, requests }));
  const sum = (some: typeof answers) => some.reduce((total, { requests }) => total + requests, 0);
  return { requests: sum(answers), failed: sum(answers.filter(({ status }) => status >= 300 && status !== 401)) };
}
