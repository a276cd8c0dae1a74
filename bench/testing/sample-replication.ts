import type { ReplicationRound } from '../contract.js';
import { lognormal, type Simulation } from './simulation.js';

const BYTES_OF_MESSAGE = 224;
const MICROS_OF_MESSAGE = 60;
const MICROS_OF_LOGIN = 300;
/** Messages are counted. */
const SHARE_OF_NOISE = 0.1;

export function sampleReplication({ factors, truth, random, head, measurement }: Simulation): ReplicationRound {
  const logins = Number(measurement.settings.logins);
  const each = truth.messagesPerLogin(Number(factors.instances)) * lognormal(random, SHARE_OF_NOISE * truth.noise);
  const messages = Math.round(logins * each);
  return {
    ...head,
    protocol: 'replication',
    logins,
    messages,
    bytes: messages * BYTES_OF_MESSAGE,
    cpuMicros: logins * MICROS_OF_LOGIN + messages * MICROS_OF_MESSAGE,
    asked: logins / 5,
    stale: 0,
    longestStaleMs: 0,
  };
}
